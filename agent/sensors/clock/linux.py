"""The time zone as Linux keeps it: a link to a file of the tz database (localtime(5))."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from agent.sensors.clock.rows import Zone
from agent.system import Absent, System
from wire.row import Row

LOCALTIME = "/etc/localtime"
FOLDER = "/zoneinfo/"


def sense(system: System) -> Iterator[Row]:
    """The zone in force."""
    yield Zone(
        zone=_name(system),
        offset_min=offset(system.read_bytes(LOCALTIME), system.now()),
        manual="unknown",
    )


def name(target: str) -> str:
    """The zone's name, from the file that the link leads to."""
    # /usr/share/zoneinfo/Europe/Berlin
    _, _, zone = target.partition(FOLDER)
    return zone.removeprefix("posix/").removeprefix("right/")


def offset(tzif: bytes, at: datetime) -> int:
    """Minutes ahead of UTC at that moment, from a file of the tz database (RFC 9636)."""
    try:
        ahead = at.astimezone(ZoneInfo.from_file(BytesIO(tzif))).utcoffset()
    except ValueError as error:
        raise Absent(f"{LOCALTIME} is not a time zone") from error
    return int(ahead.total_seconds() // 60) if ahead else 0


def _name(system: System) -> str:
    zone = name(system.real(LOCALTIME))
    if zone:
        return zone
    try:
        return system.read("/etc/timezone").strip()
    except Absent:
        return ""
