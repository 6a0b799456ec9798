"""Who is logged in from elsewhere: not by name, only by which service and from where."""

from agent.sensors import Sensor
from agent.sensors.sessions.linux import sense
from agent.sensors.sessions.rows import Login

SENSOR = Sensor(
    name="sessions",
    rows=(Login,),
    systems={"linux": sense},
    privileges="Linux: AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH (whose connections)",
)
