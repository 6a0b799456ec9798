from dataclasses import replace

import pytest

from agent.sensors.plugged import Interface, Plugged
from agent.sensors.usb.disclosure import may_leave
from signatures.hit import Hit, Role, Strength

KEYBOARD = Interface(0, "03", "01", "01", "", b"", frozenset({"keyboard"}))
STORAGE = Interface(1, "08", "06", "50", "", b"", frozenset({"storage"}))
CAMERA = Interface(0, "0e", "01", "00", "", b"", frozenset({"video"}))
NETWORK = Interface(0, "02", "0d", "00", "", b"", frozenset({"network"}))
STICK = Plugged("1-1", "0781", "5581", "SanDisk", "Ultra", "", "0100", 480.0, (STORAGE,), ())
BRAILLE = replace(STICK, vendor_id="0904", interfaces=(KEYBOARD,))


def hit(role: Role, strength: Strength) -> Hit:
    return Hit("kvm.pikvm", "PiKVM", role, strength, ("product PiKVM",))


def test_what_types_points_or_is_a_network_leaves_with_all_it_has() -> None:
    assert may_leave(replace(STICK, interfaces=(KEYBOARD, STORAGE)), ())
    assert may_leave(replace(STICK, interfaces=(NETWORK,)), ())


def test_a_disk_or_a_camera_alone_stays() -> None:
    assert not may_leave(STICK, ())
    assert not may_leave(replace(STICK, interfaces=(CAMERA,)), ())


def test_a_linux_gadget_leaves_whatever_it_plays() -> None:
    assert may_leave(replace(STICK, vendor_id="1d6b", product_id="0104"), ())
    assert not may_leave(replace(STICK, vendor_id="1d6b", product_id="0002"), ())


@pytest.mark.parametrize(
    ("hits", "leaves"),
    [
        ((), False),
        ((hit("control", "decisive"),), True),
        ((hit("control", "strong"),), True),
        ((hit("control", "moderate"),), False),
        ((hit("context", "strong"),), False),
    ],
)
def test_a_braille_display_stays_unless_it_is_surely_something_else(
    hits: tuple[Hit, ...], leaves: bool
) -> None:
    assert may_leave(BRAILLE, hits) is leaves
