"""Screens on Linux: what the kernel has read of them already, in /sys/class/drm.

The kernel reads an EDID when a screen is plugged in. Nothing here asks the screen itself: no I2C,
no DDC/CI.
"""

import re
from collections.abc import Iterator

from agent.sensors.displays.screen import Connector, Screen
from agent.system import Absent, System
from wire.trace import Trace

CLASS = "/sys/class/drm"

# card0-HDMI-A-1
CONNECTOR = re.compile(r"^card\d+-(?P<name>.+)$")
INTERNAL = ("eDP", "LVDS", "DSI")


def sense(system: System) -> Iterator[Trace]:
    """Every screen that is connected."""
    folders = [name for name in system.list(CLASS) if CONNECTOR.match(name)]
    if not folders:
        raise Absent("no display connectors")
    screens = [screen for name in folders if (screen := _screen(system, name))]
    yield from sorted(screens, key=lambda screen: (screen.connector.name, screen.data))


def connector(folder: str, path: str) -> Connector:
    """The connector of a folder such as card0-HDMI-A-1, given its real path."""
    match = CONNECTOR.match(folder)
    name = match["name"] if match else folder
    made_up = path.startswith("/sys/devices/virtual/") or "/vkms" in path
    return Connector(name, name.startswith(INTERNAL), made_up or name.startswith("Virtual"))


def _screen(system: System, folder: str) -> Screen | None:
    try:
        if system.read(f"{CLASS}/{folder}/status").strip() != "connected":
            return None
        place = connector(folder, system.real(f"{CLASS}/{folder}"))
    except Absent:  # a dock pulled out while we looked
        return None
    return Screen(place, _edid(system, folder))


def _edid(system: System, folder: str) -> bytes:
    try:
        return system.read_bytes(f"{CLASS}/{folder}/edid")
    except Absent:
        return b""
