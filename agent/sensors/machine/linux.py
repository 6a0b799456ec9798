"""The machine as Linux knows it: DMI, os-release, the kernel."""

from collections.abc import Iterator
from datetime import UTC, datetime

from agent.sensors.machine.rows import Identity, Virtual
from agent.sensors.strings import said
from agent.system import Absent, Denied, System
from wire.row import Row

DMI = "/sys/class/dmi/id"

# System Management BIOS specification (DMTF DSP0134), table 17
CHASSIS = {
    **dict.fromkeys(("3", "4", "5", "6", "7", "15", "24"), "desktop"),
    **dict.fromkeys(("8", "9", "10", "14", "31"), "laptop"),
    **dict.fromkeys(("11", "30", "32"), "tablet"),
    **dict.fromkeys(("13", "35", "36"), "mini"),
    **dict.fromkeys(("17", "23", "25", "28", "29"), "server"),
}

BLANKS = frozenset(
    {
        "",
        "0",
        "none",
        "default string",
        "not specified",
        "not applicable",
        "system manufacturer",
        "system product name",
        "system serial number",
        "to be filled by o.e.m.",
        "unknown",
    }
)
"""What makers leave in fields that nobody filled in."""


def sense(system: System) -> Iterator[Row]:
    """The machine's identity, and that it is virtual if it is."""
    release = settings(_text(system, "/etc/os-release") or _text(system, "/usr/lib/os-release"))
    virtual = _virtual(system)
    serial = canonical(_dmi(system, "product_serial"))
    yield Identity(
        host_name=said(_text(system, "/proc/sys/kernel/hostname")),
        os="linux",
        os_version=said(f"{release.get('NAME', '')} {release.get('VERSION_ID', '')}"),
        os_build=said(_text(system, "/proc/sys/kernel/osrelease")),
        maker=_dmi(system, "sys_vendor"),
        model=_dmi(system, "product_name"),
        chassis="virtual" if virtual else chassis(_dmi(system, "chassis_type")),
        serial=system.keyed(serial) if serial else "",
        serial_tail=serial[-4:],
        installed_on=born(_printed(system, "root_born")),
        mdm_id="",
    )
    if virtual:
        yield Virtual(by=virtual)


def settings(text: str) -> dict[str, str]:
    """The lines NAME=value of a file such as os-release(5)."""
    # a line: NAME="Debian GNU/Linux"
    pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, equals, value in pairs if equals}


def chassis(code: str) -> str:
    """The kind of case, from its number."""
    return CHASSIS.get(code, "other" if code else "")


def canonical(serial: str) -> str:
    """A serial number in the one spelling in which it is hashed."""
    return "".join(serial.split()).upper()


def born(printed: str) -> str:
    """The date on which the root file system was made."""
    seconds = int(printed) if printed.strip().isdecimal() else 0
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""


def hypervisor(answer: str, cpuinfo: str) -> str:
    """What runs this machine: as systemd-detect-virt says, else whether the CPU says anything."""
    if answer:
        return "" if answer == "none" else answer
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "")
    return "unknown" if "hypervisor" in flags.split() else ""


def _virtual(system: System) -> str:
    answer = said(_printed(system, "virtualization"))
    return hypervisor(answer, "" if answer else _text(system, "/proc/cpuinfo"))


def _dmi(system: System, name: str) -> str:
    text = said(_text(system, f"{DMI}/{name}"))
    return "" if text.lower() in BLANKS else text


def _text(system: System, path: str) -> str:
    try:
        return system.read(path)
    except (Absent, Denied):
        return ""


def _printed(system: System, command: str) -> str:
    try:
        return system.run(command)
    except (Absent, Denied):
        return ""
