"""Clocks that are wrong, and what is made of them."""

import pytest

from collector.ingest.skew import behind, noted, seconds, true_at

NOW_MS = 1_700_000_000_000
DATE = b"Tue, 14 Nov 2023 22:13:20 GMT"


def test_a_date_is_read() -> None:
    assert seconds(DATE) == 1_700_000_000


@pytest.mark.parametrize(
    "date", [b"", b"yesterday", b"Tue, 14 Foo 2023 22:13:20 GMT", b"Tue, 14 Nov 0001 22:13:20 GMT"]
)
def test_what_is_no_date_says_nothing(date: bytes) -> None:
    assert seconds(date) is None
    assert behind(NOW_MS, date) == 0


def test_a_sender_without_a_date_is_taken_to_be_right() -> None:
    assert behind(NOW_MS, None) == 0


def test_a_clock_that_is_behind_is_behind_by_a_positive_number() -> None:
    assert behind(NOW_MS + 86_400_000, DATE) == 86_400
    assert behind(NOW_MS - 86_400_000, DATE) == -86_400


@pytest.mark.parametrize(
    ("behind_s", "before", "after"),
    [
        (0, 0, 0),
        (119, 0, 0),
        (120, 0, 120),
        (-120, 0, -120),
        (151, 0, 180),
        (86_400, 0, 86_400),
        (150, 120, 120),  # a little more than before is no news
        (211, 120, 240),
        (40, 120, 120),  # nor is a little less
        (20, 120, 0),
        (-86_400, 86_400, -86_400),
    ],
)
def test_a_skew_is_noted_in_minutes_and_kept_while_it_stays(
    behind_s: int, before: int, after: int
) -> None:
    assert noted(behind_s, before) == after


@pytest.mark.parametrize(
    ("said_s", "behind_s", "before_ms", "expected_ms"),
    [
        (1_699_999_990, 0, 0, 1_699_999_990_000),
        (1_699_913_590, 86_400, 0, 1_699_999_990_000),  # a day behind
        (1_700_086_390, -86_400, 0, 1_699_999_990_000),  # a day ahead
        (1_700_086_390, 0, 0, NOW_MS),  # a day ahead, and it does not say: not after it came
        (1_699_999_990, 0, 1_699_999_995_000, 1_699_999_995_000),  # not before the last one
    ],
)
def test_a_report_is_true_when_its_corrected_clock_says(
    said_s: int, behind_s: int, before_ms: int, expected_ms: int
) -> None:
    assert true_at(said_s, behind_s, NOW_MS, before_ms) == expected_ms
