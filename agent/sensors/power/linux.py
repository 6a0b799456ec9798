"""Battery, mains and lid as Linux shows them."""

from collections.abc import Iterator

from agent.sensors.power.days import Tally, days
from agent.system import Absent, System
from wire.row import Row

SUPPLIES = "/sys/class/power_supply"
LIDS = "/proc/acpi/button/lid"
SUSPENDED = "/sys/power/suspend_stats/success"
BOOT = "/proc/sys/kernel/random/boot_id"


def sense(system: System) -> Iterator[Row]:
    """One sample counted, and the days that have ended."""
    lid, mains = _lid(system), _mains(system)
    if not lid and not mains:
        raise Absent("no battery and no lid")
    today = system.now().date()
    yield from days(
        system.tally("lid", lid) if lid else {},
        system.tally("mains", mains) if mains else {},
        _slept(system),
        today,
    )


def _lid(system: System) -> str:
    """`open` or `closed`; empty without a lid."""
    states = [
        # a line such as "state:      open"
        system.read(f"{LIDS}/{name}/state").partition(":")[2].strip()
        for name in _names(system, LIDS)
    ]
    return next((state for state in states if state in ("open", "closed")), "")


def _mains(system: System) -> str:
    """`yes` or `no`; empty where there is no battery, since then it says nothing."""
    kinds: dict[str, list[str]] = {}
    for name in _names(system, SUPPLIES):
        if not _belongs_to_device(system, name):
            kinds.setdefault(_value(system, name, "type"), []).append(name)
    if "Battery" not in kinds:
        return ""
    plugs = [*kinds.get("Mains", []), *kinds.get("USB", [])]
    return "yes" if any(_value(system, name, "online") == "1" for name in plugs) else "no"


def _belongs_to_device(system: System, name: str) -> bool:
    """Whether it is the battery of a mouse or headset, not of the machine."""
    return _value(system, name, "scope") == "Device"


def _slept(system: System) -> Tally:
    try:
        count = system.read(SUSPENDED).strip()
        boot = system.read(BOOT)[:8]
    except Absent:
        return {}
    return system.tally("slept", f"{boot}/{count}")


def _value(system: System, supply: str, name: str) -> str:
    try:
        return system.read(f"{SUPPLIES}/{supply}/{name}").strip()
    except Absent:
        return ""


def _names(system: System, folder: str) -> tuple[str, ...]:
    try:
        return system.list(folder)
    except Absent:
        return ()
