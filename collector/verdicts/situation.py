"""The situation: what bears on a verdict besides claims.

Which sensors cannot look, and since when; whether the machine is virtual, silent, or has not
reported yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from collector.detectors.reading import Reading, Seen
from collector.detectors.view import View

LOOKED = frozenset({"ok", "nothing"})
NO_BACKEND = "no backend"


class Outcome(Reading, frozen=True, tag="sensor.outcome"):
    """How a sensor's run ended."""

    sensor: str
    ended: str
    why: str = ""


class Virtual(Reading, frozen=True, tag="machine.virtual"):
    """The machine is virtual."""

    by: str = ""


class Silence(Reading, frozen=True, tag="report.silence"):
    """The host has been silent for policy's days while others reported."""

    since: str = ""


READS: tuple[type[Reading], ...] = (Outcome, Virtual, Silence)


class Sensor(msgspec.Struct, frozen=True):
    """One sensor: how its last run ended, and since when it could not look (none: it can)."""

    name: str
    ended: str
    why: str
    unable_since: datetime | None


@dataclass(frozen=True)
class Situation:
    """virtual: the hypervisor's name, none on a real machine. silent: since when, in words."""

    at: datetime
    reported: bool = True
    sensors: tuple[Sensor, ...] = ()
    virtual: str | None = None
    silent: str | None = None

    @cached_property
    def unable(self) -> Mapping[str, datetime]:
        """The sensors that cannot look, and since when. One that policy left off is not among."""
        return {sensor.name: sensor.unable_since for sensor in self.sensors if sensor.unable_since}


def situation(view: View) -> Situation:
    """The situation that a host's rows tell of."""
    outcomes = view.all(Outcome)
    virtual, silent = view.now(Virtual), view.now(Silence)
    return Situation(
        at=view.at,
        reported=bool(outcomes),
        sensors=tuple([_sensor(row, outcomes) for row in _latest(outcomes)]),
        virtual=virtual[0].reading.by if virtual else None,
        silent=silent[0].reading.since if silent else None,
    )


def blind_until(situation: Situation, days: int) -> datetime | None:
    """When the first sensor that cannot look will have been so for so many days."""
    if not situation.unable:
        return None
    ends = (since + timedelta(days=days) for since in situation.unable.values())
    return min((end for end in ends if end > situation.at), default=None)


def _latest(outcomes: tuple[Seen[Outcome], ...]) -> list[Outcome]:
    latest = {seen.reading.sensor: seen.reading for seen in outcomes if seen.until is None}
    return [latest[name] for name in sorted(latest)]


def _sensor(row: Outcome, outcomes: tuple[Seen[Outcome], ...]) -> Sensor:
    if row.ended in LOOKED or not _unable(row):
        return Sensor(row.sensor, row.ended, row.why, None)
    earlier = [seen for seen in outcomes if seen.reading.sensor == row.sensor]
    looked = [seen.until for seen in earlier if not _unable(seen.reading) and seen.until]
    since = max(looked) if looked else min(seen.since for seen in earlier)
    return Sensor(row.sensor, row.ended, row.why, since)


def _unable(row: Outcome) -> bool:
    if row.ended in LOOKED:
        return False
    return row.ended != "off" or row.why == NO_BACKEND
