from datetime import UTC, datetime

import pytest

from agent.sensors.clock.linux import name, offset
from agent.system import Absent

# One zone with the rule CET-1CEST,M3.5.0,M10.5.0/3 in the footer of RFC 9636, and no transitions
HEAD = b"TZif2" + bytes(15)
BLOCK = (0, 0, 0, 0, 1, 4)
BODY = (3600).to_bytes(4, "big") + bytes((0, 0)) + b"CET\0"
COUNTS = b"".join(count.to_bytes(4, "big") for count in BLOCK)
ZONE = (HEAD + COUNTS + BODY) * 2 + b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"


def test_the_offset_is_that_of_the_day() -> None:
    assert offset(ZONE, datetime(2026, 11, 24, tzinfo=UTC)) == 60
    assert offset(ZONE, datetime(2026, 7, 1, tzinfo=UTC)) == 120


@pytest.mark.parametrize("data", [b"", b"TZ", b"Europe/Berlin\n"])
def test_a_file_that_is_no_zone_is_none(data: bytes) -> None:
    with pytest.raises(Absent, match="/etc/localtime is not a time zone"):
        offset(data, datetime(2026, 7, 1, tzinfo=UTC))


def test_a_zone_is_named_by_its_file() -> None:
    assert name("/usr/share/zoneinfo/Europe/Berlin") == "Europe/Berlin"
    assert name("/usr/share/zoneinfo/posix/Etc/UTC") == "Etc/UTC"
    assert name("/etc/localtime") == ""
