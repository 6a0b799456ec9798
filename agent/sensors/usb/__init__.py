"""What is plugged into USB and can type, point or be a network: what a KVM pretends to be."""

from agent.sensors import Sensor
from agent.sensors.usb.follow import follow
from agent.sensors.usb.linux import sense
from agent.sensors.usb.rows import Device, Interface

SENSOR = Sensor(
    name="usb",
    rows=(Device, Interface),
    systems={"linux": sense},
    follow=follow,
)
