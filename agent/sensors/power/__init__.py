"""How the machine spends its days: lid closed, on mains, asleep; in coarse shares."""

from agent.sensors import Sensor
from agent.sensors.power.linux import sense
from agent.sensors.power.rows import Day

SENSOR = Sensor(name="power", rows=(Day,), systems={"linux": sense})
