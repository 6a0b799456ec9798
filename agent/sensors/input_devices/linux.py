"""Input devices as Linux shows them in /sys/class/input."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from agent.sensors.input_devices.capabilities import Capabilities, bits, keyboard, pointer
from agent.sensors.input_devices.rows import Device
from agent.sensors.plugged import plugged_at, stays
from agent.sensors.private import says_private
from agent.sensors.strings import said
from agent.system import Absent, System
from wire.row import Row

CLASS = "/sys/class/input"
BLUETOOTH = "0005"  # BUS_BLUETOOTH

# /sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:1D6B:0104.0001/input/input7/event7
PORT = re.compile(r"/(\d+-[\d.]+)/\1:\d+\.\d+/")


def sense(system: System) -> Iterator[Row]:
    """Everything that can type or point, but for devices that never leave."""
    names = [name for name in system.list(CLASS) if name.startswith("event")]
    if not names:
        raise Absent("no input devices")
    private = cache(partial(_private, system))
    found = {device for name in names if (device := _device(system, name, private))}
    yield from sorted(
        found, key=lambda row: (row.port, row.name, row.virtual, row.keyboard, row.pointer)
    )


def port(path: str) -> str:
    """The USB port that a device hangs on, from its real path."""
    match = PORT.search(path)
    return match[1] if match else ""


def virtual(path: str, bus: str, *, connected: bool) -> bool:
    """Whether a program made the device, from its parent; the bus alone is its maker's choice.

    Bluetooth Low Energy keyboards come in by way of a program too (BlueZ, through uhid): they
    are believed while a Bluetooth connection stands.
    """
    if not path.startswith("/sys/devices/virtual/"):
        return False
    return not (connected and bus == BLUETOOTH and "/misc/uhid/" in path)


def _device(system: System, name: str, private: Callable[[str], bool]) -> Device | None:
    try:
        path = system.real(f"{CLASS}/{name}")
        called = said(system.read(f"{CLASS}/{name}/device/name"))
        bus = system.read(f"{CLASS}/{name}/device/id/bustype").strip()
        can = _capabilities(system, f"{CLASS}/{name}/device")
    except Absent:  # pulled out while we looked
        return None
    types, points = keyboard(can), pointer(can)
    if not (types or points) or says_private((called,)) or private(port(path)):
        return None
    return Device(
        name="" if bus == BLUETOOTH else called,
        virtual=virtual(path, bus, connected=_bluetooth(system)),
        keyboard=types,
        pointer=points,
        port=port(path),
    )


def _capabilities(system: System, folder: str) -> Capabilities:
    return Capabilities(
        keys=bits(system.read(f"{folder}/capabilities/key")),
        relative=bits(system.read(f"{folder}/capabilities/rel")),
        absolute=bits(system.read(f"{folder}/capabilities/abs")),
        properties=bits(system.read(f"{folder}/properties")),
    )


def _private(system: System, port: str) -> bool:
    """Whether what hangs on that USB port must not be told of."""
    device = plugged_at(system, port) if port else None
    return device is not None and stays(device)


def _bluetooth(system: System) -> bool:
    """Whether a Bluetooth connection stands: hci0 is an adapter, hci0:64 a connection."""
    try:
        return any(":" in name for name in system.list("/sys/class/bluetooth"))
    except Absent:
        return False
