from datetime import date

import pytest

from agent.sensors.power.days import days, share, sleeps
from agent.sensors.power.rows import Day, Share

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("closed", "total", "bucket"),
    [
        (0, 0, "unknown"), (0, 9, "0"), (9, 9, "100"), (1, 1000, "1-25"), (25, 100, "1-25"),
        (26, 100, "26-50"), (50, 100, "26-50"), (51, 100, "51-75"), (75, 100, "51-75"),
        (76, 100, "76-99"), (999, 1000, "76-99"),
    ],
)  # fmt: skip
def test_a_share_is_told_in_its_bucket_only(closed: int, total: int, bucket: Share) -> None:
    assert share({"closed": closed, "open": total - closed}, "closed") == bucket


def test_only_days_that_have_ended_are_told() -> None:
    lid = {"2026-11-23": {"closed": 1}, "2026-11-24": {"open": 5}}
    assert list(days(lid, {}, {}, TODAY)) == [
        Day(day="2026-11-23", lid_closed="100", on_mains="unknown", sleeps="unknown")
    ]


def test_a_day_with_mains_and_no_lid_is_told_too() -> None:
    assert list(days({}, {"2026-11-22": {"yes": 3, "no": 1}}, {}, TODAY)) == [
        Day(day="2026-11-22", lid_closed="unknown", on_mains="51-75", sleeps="unknown")
    ]


def test_sleeps_are_counter_readings_that_the_days_before_had_not_seen() -> None:
    slept = {
        "2026-11-21": {"a/1": 5},
        "2026-11-22": {"a/1": 9, "a/2": 1, "b/0": 3},
        "2026-11-23": {"b/0": 1, "b/1": 1, "b/2": 1, "b/3": 1, "b/4": 1},
        "2026-11-24": {"b/4": 2},
    }
    told = [sleeps(slept, day) for day in ("2026-11-20", *slept)]
    assert told == ["unknown", "1-3", "1-3", "4+", "0"]
