import pytest

from agent.sensors.private import private_interface, says_private


@pytest.mark.parametrize(
    "name",
    [
        "VarioUltra braille", "BRLTTY Linux Screen Driver Keyboard", "Focus 40", "Phonak Roger",
        "Smart Card Reader", "SmartCard", "iPhone", "SAMSUNG Android", "Pixel 7", "MTP",
        "Contour Glucose Meter", "Tobii Eye Tracker 5",
    ],
)  # fmt: skip
def test_what_says_something_of_a_person_is_known_by_its_name(name: str) -> None:
    assert says_private(("ACME", name))


@pytest.mark.parametrize(
    "name",
    [
        "USB Receiver", "PiKVM Composite Device", "Multifunction USB Device", "Dell KB216",
        "HID Interface", "Focusrite Scarlett", "Telephone-free headset", "Pixelbook keyboard", "",
    ],
)  # fmt: skip
def test_what_is_only_a_device_is_not(name: str) -> None:
    assert not says_private(("ACME", name))


def test_interfaces_of_phones_smart_cards_and_medical_devices_are_private() -> None:
    private = [("06", "01", "01"), ("0b", "00", "00"), ("0f", "00", "00"), ("ff", "42", "01")]
    others = [("03", "01", "01"), ("08", "06", "50"), ("ff", "ff", "00"), ("0e", "01", "00")]
    assert [private_interface(*each) for each in private] == [True] * 4
    assert [private_interface(*each) for each in others] == [False] * 4
