"""How the machine reaches the network: its interfaces, its gateway, its tunnels."""

from agent.sensors import Sensor
from agent.sensors.network.linux import sense
from agent.sensors.network.rows import Gateway, Interface, Tunnel

SENSOR = Sensor(
    name="network",
    rows=(Interface, Gateway, Tunnel),
    systems={"linux": sense},
)
