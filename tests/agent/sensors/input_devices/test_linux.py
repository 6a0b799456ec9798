from agent.sensors.input_devices.linux import port, virtual

UHID = "/sys/devices/virtual/misc/uhid/0005:046D:B342.0001/input/input31/event31"
UINPUT = "/sys/devices/virtual/input/input30/event30"
USB = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.1/0003:X.01/input/input9/event9"


def test_the_port_is_the_last_device_on_the_path() -> None:
    assert (port(USB), port(UINPUT)) == ("1-2.3", "")


def test_the_parent_decides_and_not_the_bus() -> None:
    assert virtual(UINPUT, "0003", connected=True)
    assert virtual(UINPUT, "0005", connected=True)
    assert not virtual(USB, "0006", connected=False)


def test_a_bluetooth_keyboard_is_believed_while_a_connection_stands() -> None:
    assert not virtual(UHID, "0005", connected=True)
    assert virtual(UHID, "0005", connected=False)
    assert virtual(UHID, "0003", connected=True)
