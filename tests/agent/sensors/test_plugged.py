from dataclasses import replace
from typing import Any

import msgspec
import pytest

from agent.sensors.plugged import Interface, Kind, Plugged, kinds, plugged, stays
from agent.system import Absent
from agent.system.recorded import Page, RecordedSystem, page
from tests.conftest import ROOT

KEYBOARD = bytes.fromhex("05010906a101050719e029e71500250175019508810295017508810195057501c0")
ABSOLUTE = bytes.fromhex("05010902a10109300931150026ff7f751095028102c0")
BRAILLE = bytes.fromhex("05410901a1010a0100150025017501950881 02c0".replace(" ", ""))
DOCK = page(ROOT / "agent/sensors/usb/recordings/linux-dock.yaml")


def device(*interfaces: Interface, **said: Any) -> Plugged:
    plain = Plugged("1-1", "046d", "c31c", "Logitech", "Keyboard", "", "0100", 1.5, interfaces, ())
    return replace(plain, **said)


def interface(
    class_: str, subclass: str = "00", protocol: str = "00", report: bytes = b"", string: str = ""
) -> Interface:
    can = kinds(class_, subclass, protocol, report, network=False)
    return Interface(0, class_, subclass, protocol, string, report, can)


@pytest.mark.parametrize(
    ("interface", "can"),
    [
        (("03", "01", "01", b""), {"keyboard"}),
        (("03", "01", "02", b""), {"pointer"}),
        (("03", "00", "00", b""), {"hid"}),
        (("03", "00", "00", KEYBOARD), {"keyboard"}),
        (("03", "00", "00", ABSOLUTE), {"pointer"}),
        (("03", "01", "02", KEYBOARD), {"keyboard"}),
        (("03", "00", "00", b"\xff\xff"), {"hid"}),
        (("08", "06", "50", b""), {"storage"}),
        (("02", "0d", "00", b""), {"network"}),
        (("02", "02", "01", b""), {"serial"}),
        (("0a", "00", "00", b""), set()),
        (("e0", "01", "03", b""), {"network"}),
        (("e0", "01", "01", b""), {"other"}),
        (("01", "01", "00", b""), {"audio"}),
        (("0e", "01", "00", b""), {"video"}),
    ],
)
def test_what_an_interface_can_do(interface: tuple[str, str, str, bytes], can: set[Kind]) -> None:
    assert kinds(*interface, network=False) == can


def test_what_the_kernel_made_a_network_card_of_is_one() -> None:
    assert kinds("ff", "ff", "00", b"", network=True) == {"network"}


def test_what_says_something_of_a_person_stays() -> None:
    types = interface("03", "01", "01", KEYBOARD)
    network = interface("e0", "01", "03")
    private = [
        device(types, vendor_id="0f4e"),
        device(types, interface("0b")),
        device(types, interface("03", report=BRAILLE)),
        device(types, product="iPhone"),
        device(types, interface("ff", string="MTP")),
        device(network, vendor_id="18d1"),
    ]
    others = [
        device(types),
        device(network),
        device(types, network, vendor_id="18d1"),
        device(types, vendor_id="18d1"),
    ]
    assert [stays(each) for each in private] == [True] * len(private)
    assert [stays(each) for each in others] == [False] * len(others)


def test_hubs_and_root_hubs_are_no_devices() -> None:
    found = [each.port for each in plugged(RecordedSystem(DOCK))]
    assert found == ["1-1.2", "1-1.4", "1-10", "1-3", "1-4", "1-6"]


def test_a_device_pulled_out_while_we_read_is_gone() -> None:
    (gone,) = [path for path in DOCK.files if path.endswith("/1-1.2/idVendor")]
    files = {path: text for path, text in DOCK.files.items() if path != gone}
    left = RecordedSystem(msgspec.structs.replace(DOCK, files=files))
    assert "1-1.2" not in [each.port for each in plugged(left)]


def test_a_string_longer_than_a_descriptor_can_be_is_cut() -> None:
    (name,) = [path for path in DOCK.files if path.endswith("/1-1.2/product")]
    files = {**DOCK.files, name: "x" * 65_536}
    system = RecordedSystem(msgspec.structs.replace(DOCK, files=files))
    assert [len(each.product) for each in plugged(system) if each.port == "1-1.2"] == [128]


def test_a_machine_without_usb_has_none() -> None:
    with pytest.raises(Absent):
        list(plugged(RecordedSystem(Page(os="linux"))))
