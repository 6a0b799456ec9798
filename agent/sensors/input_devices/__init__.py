"""What types and points: built in, plugged in, or made by a program."""

from agent.sensors import Sensor
from agent.sensors.input_devices.linux import sense
from agent.sensors.input_devices.rows import Device

SENSOR = Sensor(name="input_devices", rows=(Device,), systems={"linux": sense})
