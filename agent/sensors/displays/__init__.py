"""What is plugged in as a screen: a KVM must pretend to be one."""

from agent.sensors import Sensor
from agent.sensors.displays.follow import follow
from agent.sensors.displays.linux import sense
from agent.sensors.displays.rows import Monitor

SENSOR = Sensor(name="displays", rows=(Monitor,), systems={"linux": sense}, follow=follow)
