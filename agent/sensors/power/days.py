"""Samples of a day to buckets: pure functions, the same on every system."""

from collections.abc import Iterator, Mapping
from datetime import date

from agent.sensors.power.rows import Day, Share, Sleeps

Tally = Mapping[str, Mapping[str, int]]


def days(lid: Tally, mains: Tally, slept: Tally, today: date) -> Iterator[Day]:
    """A row for each day that has ended and was sampled."""
    for day in sorted(lid.keys() | mains.keys()):
        if day < today.isoformat():
            yield Day(
                day=day,
                lid_closed=share(lid.get(day, {}), "closed"),
                on_mains=share(mains.get(day, {}), "yes"),
                sleeps=sleeps(slept, day),
            )


def share(samples: Mapping[str, int], value: str) -> Share:
    """The share of one value among the samples, in its bucket."""
    total = sum(samples.values())
    count = samples.get(value, 0)
    if total == 0:
        return "unknown"
    if count in (0, total):
        return "0" if count == 0 else "100"
    percent = 100 * count / total
    if percent <= 25:
        return "1-25"
    if percent <= 50:
        return "26-50"
    return "51-75" if percent <= 75 else "76-99"


def sleeps(slept: Tally, day: str) -> Sleeps:
    """How often the machine slept that day.

    The samples are of a counter that begins anew with each boot, `boot/count`: each reading that
    the days before had not seen, and that is not the first of its boot, is one sleep.
    """
    if day not in slept:
        return "unknown"
    before = {reading for earlier in slept if earlier < day for reading in slept[earlier]}
    new = {reading for reading in slept[day] if not reading.endswith("/0")} - before
    if not new:
        return "0"
    return "1-3" if len(new) <= 3 else "4+"
