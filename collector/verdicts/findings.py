"""Findings: which change of a verdict is worth telling, once, and what is held back.

They arise on entering or leaving review or high, on changing between them, and on tamper or
silence of a host at observe or above; never for observe alone.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from collector.detectors.claim import Claim
from collector.verdicts.verdict import Level, Verdict

Cause = Literal["entered", "left", "raised", "lowered", "kind", "surplus", "tamper", "silence"]
TOLD = frozenset({"review", "high"})
"""The levels that are told."""
WEIGHED = frozenset({"observe", "review", "high"})


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A change of verdict worth telling; stored as JSON with exactly these fields.

    baseline: the tenant is in its first days, so this is shown and polled but not pushed.
    """

    cause: Cause
    level: Level
    before: Level
    kind: str
    why: str
    says: str
    claims: tuple[Claim, ...]
    baseline: bool = False


@dataclass(frozen=True)
class Day:
    """What of today bears on findings: how many new reviews were told, and how many may be."""

    reviews: int
    cap: int
    surplus: bool
    baseline: bool


@dataclass(frozen=True)
class Arisen:
    """What arose, and whether the host's standing has now been told."""

    findings: tuple[Finding, ...]
    told: bool


def arise(previous: Verdict | None, verdict: Verdict, event: str) -> Cause | None:
    """Why a finding arises, if one does, before any cap. event: the cause of the journal entry."""
    before = previous.level if previous else "unseen"
    told = bool(previous and previous.told)
    if verdict.level in TOLD:
        if before not in TOLD or (verdict.level == "high" and not told):
            return "entered"
        if before != verdict.level:
            return _told("raised" if verdict.level == "high" else "lowered", told=told)
        if previous and previous.kind != verdict.kind:
            return _told("kind", told=told)
    elif before in TOLD:
        return _told("left", told=told)
    return _event(previous, verdict, event)


def tell(previous: Verdict | None, verdict: Verdict, cause: Cause | None, day: Day) -> Arisen:
    """The finding for a cause, or what the day's cap leaves of it."""
    told = bool(previous and previous.told)
    if cause is None:
        return Arisen((), verdict.level in TOLD and told)
    before = previous.level if previous else "unseen"
    if cause == "entered" and verdict.level == "review" and day.reviews >= day.cap:
        surplus = () if day.surplus else (_surplus(day),)
        return Arisen(surplus, told=False)
    finding = Finding(
        cause=cause,
        level=verdict.level,
        before=before,
        kind=verdict.kind or (previous.kind if previous else ""),
        why=verdict.why,
        says=verdict.says,
        claims=verdict.counted,
        baseline=day.baseline and verdict.level != "high",
    )
    told = verdict.level in TOLD and (told or cause not in {"tamper", "silence"})
    return Arisen((finding,), told)


def _told(cause: Cause, *, told: bool) -> Cause | None:
    return cause if told else None


def _event(previous: Verdict | None, verdict: Verdict, event: str) -> Cause | None:
    levels = {verdict.weight, previous.weight if previous else "clear"}
    if not levels & WEIGHED:
        return None
    if event == "fork":
        return "tamper"
    return "silence" if event == "silence" else None


def _surplus(day: Day) -> Finding:
    return Finding(
        cause="surplus",
        level="review",
        before="review",
        kind="",
        why=f"more hosts came to review today than policy's cap of {day.cap}; from here on they "
        "are shown in the list of hosts and not told one by one",
        says="",
        claims=(),
        baseline=day.baseline,
    )
