"""Which change of a verdict is told, and what is held back."""

import pytest
from msgspec.structs import replace

from collector.detectors.claim import Claim
from collector.verdicts.findings import Arisen, Day, Finding, arise, tell
from collector.verdicts.verdict import Level, Verdict

QUIET = Day(reviews=0, cap=5, surplus=False, baseline=False)
FULL = Day(reviews=5, cap=5, surplus=False, baseline=False)
CLAIM = Claim("kvm_usb", "kvm.pikvm", "mechanism", "usb", "A", "because", (2,))


def verdict(level: Level, *, told: bool = False, weight: Level | None = None) -> Verdict:
    found = level in {"review", "high"}
    return Verdict(
        level=level,
        kind="driven" if found else "",
        rule="r",
        why="why",
        says="says" if found else "",
        weight=weight or level,
        virtual=False,
        counted=(CLAIM,) if found else (),
        shown=(),
        caps=(),
        innocent=(),
        blind=(),
        cannot_tell=(),
        raised=(),
        clears=(),
        ask=(),
        told=told,
    )


def causes(previous: Verdict | None, now: Verdict, event: str, day: Day) -> list[str]:
    return [each.cause for each in tell(previous, now, arise(previous, now, event), day).findings]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "clear", []),
        (None, "observe", []),
        (None, "review", ["entered"]),
        (None, "high", ["entered"]),
        ("clear", "observe", []),
        ("observe", "clear", []),
        ("observe", "unseen", []),
        ("observe", "review", ["entered"]),
        ("unseen", "review", ["entered"]),
        ("clear", "high", ["entered"]),
        ("review", "review", []),
        ("review", "high", ["raised"]),
        ("high", "review", ["lowered"]),
        ("high", "high", []),
        ("review", "clear", ["left"]),
        ("review", "observe", ["left"]),
        ("high", "unseen", ["left"]),
    ],
)
def test_findings_arise_on_entering_leaving_and_between(
    before: Level | None, after: Level, expected: list[str]
) -> None:
    previous = None if before is None else verdict(before, told=before in {"review", "high"})
    assert causes(previous, verdict(after), "report", QUIET) == expected


def test_another_kind_at_the_same_level_is_told() -> None:
    before = replace(verdict("review", told=True), kind="moved")
    assert causes(before, verdict("review"), "report", QUIET) == ["kind"]


@pytest.mark.parametrize(
    ("before", "after", "event", "expected"),
    [
        ("observe", verdict("unseen", weight="observe"), "silence", ["silence"]),
        ("review", verdict("review"), "silence", ["silence"]),
        ("clear", verdict("unseen", weight="clear"), "silence", []),
        ("observe", verdict("observe"), "fork", ["tamper"]),
        ("high", verdict("high"), "fork", ["tamper"]),
        ("clear", verdict("clear"), "fork", []),
        ("unseen", verdict("unseen"), "silence", []),
        ("observe", verdict("observe"), "report", []),
    ],
)
def test_silence_and_tamper_are_told_of_hosts_at_observe_or_above(
    before: Level, after: Verdict, event: str, expected: list[str]
) -> None:
    previous = verdict(before, told=before in {"review", "high"})
    assert causes(previous, after, event, QUIET) == expected


def test_a_finding_carries_what_counted() -> None:
    arisen = tell(verdict("clear"), verdict("review"), "entered", QUIET)
    assert arisen == Arisen(
        (
            Finding(
                cause="entered", level="review", before="clear", kind="driven", why="why",
                says="says", claims=(CLAIM,),
            ),
        ),
        told=True,
    )  # fmt: skip


def test_over_the_days_cap_one_surplus_finding_speaks_for_all() -> None:
    first = tell(verdict("clear"), verdict("review"), "entered", FULL)
    second = tell(verdict("clear"), verdict("review"), "entered", replace_surplus(FULL))
    assert [each.cause for each in first.findings] == ["surplus"]
    assert (first.told, second) == (False, Arisen((), told=False))


def test_high_is_never_held_back() -> None:
    assert causes(verdict("clear"), verdict("high"), "report", FULL) == ["entered"]


def test_a_host_whose_review_was_held_back_enters_when_it_comes_to_high() -> None:
    held = verdict("review", told=False)
    assert causes(held, verdict("high"), "report", FULL) == ["entered"]


def test_a_host_whose_review_was_held_back_leaves_in_silence() -> None:
    held = verdict("review", told=False)
    assert causes(held, verdict("clear"), "report", QUIET) == []


def test_in_the_baseline_review_says_so_and_high_does_not() -> None:
    day = Day(reviews=0, cap=5, surplus=False, baseline=True)
    found = [tell(None, verdict(level), "entered", day).findings[0] for level in LEVELS]
    assert [each.baseline for each in found] == [True, False]


LEVELS: tuple[Level, Level] = ("review", "high")


def replace_surplus(day: Day) -> Day:
    return Day(day.reviews, day.cap, surplus=True, baseline=day.baseline)
