"""Spans counted by day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from collector.detectors.days import Span, minutes_by_day

FIRST = date(2026, 1, 1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_overlapping_spans_count_once() -> None:
    spans = [Span(at(2, 10), at(2, 11)), Span(at(2, 10, 30), at(2, 11, 30))]
    assert minutes_by_day(spans, UTC, FIRST) == {date(2026, 3, 2): 90.0}


def test_a_span_over_midnight_is_of_two_days() -> None:
    spans = [Span(at(2, 23), at(3, 2))]
    found = minutes_by_day(spans, UTC, FIRST)
    assert found == {date(2026, 3, 2): 60.0, date(2026, 3, 3): 120.0}


def test_days_are_those_of_the_zone_even_when_its_clocks_change() -> None:
    spans = [Span(datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))]
    found = minutes_by_day(spans, ZoneInfo("Europe/Berlin"), FIRST)
    assert found == {date(2026, 3, 29): 23 * 60.0}


def test_what_lies_before_the_first_day_is_not_counted() -> None:
    spans = [Span(at(2, 23), at(3, 1))]
    assert minutes_by_day(spans, UTC, date(2026, 3, 3)) == {date(2026, 3, 3): 60.0}
