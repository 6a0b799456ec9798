from typing import Any

import msgspec
import pytest

from agent.sensors.remote_tools.places import there, units
from agent.system import Denied
from agent.system.recorded import Page, RecordedSystem


def machine(**said: Any) -> RecordedSystem:
    return RecordedSystem(msgspec.convert({"os": "linux", **said}, Page))


def test_a_path_is_there_or_not() -> None:
    system = machine(folders={"/usr/bin": ["x11vnc"]})
    assert there(system, "/usr/bin/x11vnc") == ("/usr/bin/x11vnc",)
    assert there(system, "/usr/bin/anydesk") == there(system, "/opt/anydesk") == ()


def test_a_pattern_is_followed_folder_by_folder() -> None:
    files = {
        "/home/kim/.config/tool/host#a.json": "",
        "/home/lee/.config/tool/host#b.json": "",
        "/home/lee/.config/tool/other": "",
        "/home/mo/notes": "",
    }
    assert there(machine(files=files), "/home/*/.config/tool/host#*.json") == (
        "/home/kim/.config/tool/host#a.json",
        "/home/lee/.config/tool/host#b.json",
    )


def test_a_folder_that_may_not_be_listed_does_not_say() -> None:
    system = machine(files={"/root/.config/tool": ""}, denied=["/root"])
    with pytest.raises(Denied):
        there(system, "/root/.config/tool")


def test_units_are_found_installed_enabled_and_by_pattern() -> None:
    system = machine(
        folders={
            "/usr/lib/systemd/system": ["cups.service", "x11vnc.service"],
            "/etc/systemd/system": ["multi-user.target.wants", "mine.service"],
            "/etc/systemd/system/multi-user.target.wants": ["vncserver@:1.service"],
        }
    )
    asked = ("x11vnc.service", "vncserver@*.service", "anydesk.service", "mine")
    assert units(system, asked) == ("vncserver@:1.service", "x11vnc.service")
    assert units(system, ()) == ()
    assert units(machine(), asked) == ()
