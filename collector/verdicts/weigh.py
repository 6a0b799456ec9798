"""Claims and the situation to a verdict: the rule first, then what we cannot see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from collector.detectors.claim import Claim, Kind
from collector.policy import Policy
from collector.verdicts.advice import ADVICE
from collector.verdicts.rule import Ruling, rule
from collector.verdicts.situation import LOOKED, Situation
from collector.verdicts.verdict import KINDS, Ask, Blind, Level, Raised, Tested, Untold, Verdict

UNJUDGED = "virtual machine, not judged by policy"


@dataclass(frozen=True)
class Said:
    """What else goes into a verdict's page: explanations, and detectors that could not say."""

    innocent: tuple[Tested, ...] = ()
    cannot_tell: tuple[Untold, ...] = ()
    raised: tuple[Raised, ...] = ()


def weigh(
    claims: Sequence[Claim], situation: Situation, policy: Policy, said: Said | None = None
) -> Verdict:
    """The verdict, and all that is said with it."""
    said = said or Said()
    judged = situation.virtual is None or policy.judge_virtual
    ruling = rule(claims if judged else ())
    unseen = _unseen(ruling.level, situation, policy) if judged else UNJUDGED
    level: Level = "unseen" if unseen else ruling.level
    kind = _kind(ruling)
    blind = tuple(
        Blind(sensor.name, sensor.ended, sensor.why)
        for sensor in situation.sensors
        if sensor.ended not in LOOKED
    )
    named = sorted(claims, key=lambda claim: (claim.strength, claim.detector, claim.about))
    return Verdict(
        level=level,
        kind=kind if level in {"observe", "review", "high"} else "",
        rule="unseen" if unseen else ruling.rule.name,
        why=unseen or ruling.rule.why,
        says=KINDS[kind] if kind and level in {"review", "high"} else "",
        weight=ruling.level if judged else "unseen",
        virtual=situation.virtual is not None,
        counted=ruling.counted,
        shown=tuple(claim for claim in named if claim not in ruling.counted),
        caps=ruling.caps,
        innocent=said.innocent,
        blind=blind,
        cannot_tell=said.cannot_tell,
        raised=said.raised,
        clears=tuple(_clears(ruling.counted)),
        ask=tuple(_asks(named, situation.unable)),
    )


def _kind(ruling: Ruling) -> Kind | Literal[""]:
    if not ruling.counted:
        return ""
    if ruling.rule.name == "H3":
        return "moved"
    mechanism = any(claim.class_ == "mechanism" for claim in ruling.counted)
    return "driven" if mechanism else ruling.counted[0].kind


def _unseen(level: Level, situation: Situation, policy: Policy) -> str:
    if level not in {"clear", "observe"}:
        return ""
    if not situation.reported:
        return "no report yet"
    if situation.silent is not None:
        return f"silent since {situation.silent} while others report"
    return _blind(situation, policy.silent_days)


def _blind(situation: Situation, days: int) -> str:
    long = {
        name
        for name, since in situation.unable.items()
        if situation.at - since >= timedelta(days=days)
    }
    for sensors in (("remote_tools",), ("usb", "displays")):
        if long.issuperset(sensors):
            return f"{' and '.join(sensors)} could not look for {days} days"
    return ""


def _clears(counted: Iterable[Claim]) -> Iterable[str]:
    for claim in counted:
        if claim.detector in ADVICE:
            yield f"{claim.about}: {ADVICE[claim.detector].clears}"


def _asks(claims: Iterable[Claim], unable: Mapping[str, object]) -> Iterable[Ask]:
    asks = (
        ask for claim in claims if claim.detector in ADVICE for ask in ADVICE[claim.detector].ask
    )
    return (ask for ask in dict.fromkeys(asks) if ask.sensor not in unable)
