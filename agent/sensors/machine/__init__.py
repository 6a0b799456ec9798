"""Which machine this is: make, model, operating system, and whether it is a virtual one."""

from agent.sensors import Sensor
from agent.sensors.machine.linux import sense
from agent.sensors.machine.rows import Identity, Virtual

SENSOR = Sensor(
    name="machine",
    rows=(Identity, Virtual),
    systems={"linux": sense},
    privileges="Linux: AmbientCapabilities=CAP_DAC_READ_SEARCH (the serial number)",
)
