"""Spans of time counted by day: how many minutes of each local day something was so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True)
class Span:
    """From one moment to another."""

    since: datetime
    until: datetime


def minutes_by_day(spans: Iterable[Span], zone: tzinfo, first: date) -> Mapping[date, float]:
    """Minutes of each day from `first` on, counted once where spans overlap."""
    minutes: dict[date, float] = {}
    begin = midnight(first, zone)
    for span in _united(spans):
        since = max(span.since, begin)
        while since < span.until:
            day = since.astimezone(zone).date()
            until = min(span.until, midnight(day + timedelta(days=1), zone))
            minutes[day] = minutes.get(day, 0.0) + (until - since).total_seconds() / 60
            since = until
    return minutes


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), zone)


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for span in sorted(spans, key=lambda each: each.since):
        if united and span.since <= united[-1].until:
            united[-1] = Span(united[-1].since, max(united[-1].until, span.until))
        else:
            united.append(span)
    return united
