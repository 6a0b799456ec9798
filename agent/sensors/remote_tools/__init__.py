"""Remote-control tools: which are there, and who is connected through them."""

from agent.sensors import Sensor
from agent.sensors.remote_tools.follow import follow
from agent.sensors.remote_tools.linux import sense
from agent.sensors.remote_tools.rows import Present, Session

SENSOR = Sensor(
    name="remote_tools",
    rows=(Present, Session),
    systems={"linux": sense},
    follow=follow,
    privileges="Linux: AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH (whose connections)",
)
