"""Clocks: how far a laptop's is off, and when a report's facts were true by ours."""

import re
from calendar import timegm
from functools import lru_cache

MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
         b"Dec"), start=1,
    )
}  # fmt: skip

# Sun, 06 Nov 1994 08:49:37 GMT
DATE = re.compile(rb"\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")

SHOWN_S = 120
"""A clock that is off by less is right."""
KEPT_S = 90
"""What was noted stays noted while the clock is within this of it."""
FARTHEST_S = 1_000_000_000


@lru_cache(maxsize=4096)
def seconds(date: bytes) -> int | None:
    """An RFC 9110 date in Unix seconds; None when it is none."""
    found = DATE.fullmatch(date)
    if found is None or found[2] not in MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    if year < 1970:
        return None
    return timegm((year, MONTHS[found[2]], day, hour, minute, second))


def behind(arrived_ms: int, date: bytes | None) -> int:
    """By how many seconds the sender's clock is behind ours; 0 when it did not say."""
    said = seconds(date) if date is not None else None
    if said is None:
        return 0
    return max(-FARTHEST_S, min(FARTHEST_S, arrived_ms // 1000 - said))


def noted(behind_s: int, before: int) -> int:
    """The skew to note, in whole minutes, 0 for none; `before` is what is noted so far."""
    if before and abs(behind_s - before) < KEPT_S:
        return before
    return round(behind_s / 60) * 60 if abs(behind_s) >= SHOWN_S else 0


def true_at(said_s: int, behind_s: int, arrived_ms: int, before_ms: int) -> int:
    """When a report's facts were true, by our clock: not after it came, nor before the last one."""
    return max(before_ms, min(arrived_ms, (said_s + behind_s) * 1000))
