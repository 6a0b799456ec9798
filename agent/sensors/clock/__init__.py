"""Which time zone the machine lives in; it corroborates a place, never alone."""

from agent.sensors import Sensor
from agent.sensors.clock.linux import sense
from agent.sensors.clock.rows import Zone

SENSOR = Sensor(name="clock", rows=(Zone,), systems={"linux": sense})
