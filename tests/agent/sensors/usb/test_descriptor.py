from agent.sensors.plugged import Plugged
from agent.sensors.usb.descriptor import Descriptor
from signatures.traces import UsbDescriptor


def test_signatures_see_the_descriptor_and_not_the_port() -> None:
    device = Plugged("1-1", "1d6b", "0104", "PiKVM", "x", "CAFEBABE", "0100", 480.0, (), ("a b 1",))
    fields = Descriptor(device).fields()
    assert fields.keys() == set(UsbDescriptor.__slots__)
    assert (fields["serial"], fields["inquiry"]) == ("CAFEBABE", ("a b 1",))
