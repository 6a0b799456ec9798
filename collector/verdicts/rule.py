"""The rule: which level some claims give, and which rule gave it.

In a channel only the strongest claim counts, and C never does. A may open a case alone; two
mechanism claims of different channels, each B, are together one A. What stands here is a table of
conditions in the order of their weight; the first that holds gives the level. Caps come last and
win: evidence that a cap covers is set aside, and the rest is weighed again.

A claim that is added never lowers the level.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from collector.detectors.claim import Claim, Class, Strength
from collector.verdicts.verdict import Level

ORDER: tuple[Level, ...] = ("clear", "observe", "review", "high")
_RANK: dict[Strength, int] = {"A": 0, "B": 1, "C": 2}

KVM_IDENTITY = "kvm_identity"
"""The device says of itself, in words, that it is a KVM."""
JIGGLER = "jiggler"
"""A pointer moves with a KVM's own rhythm."""
INPUT_OVERLAP = "kvm_input_overlap"
"""Input came from the KVM and from another device in one window."""
FOREIGN_PEER = "foreign_peer_on_3_of_14_days"
"""A log or session names a peer outside the claimed country, or in a VPN or hosting range."""
LASTED = "abroad_10_days"
"""The whole machine has been abroad for ten days."""
NEVER_RESIDENT = "never_resident"
"""The host was never resident in the claimed country."""
SHARED_OPERATOR = "operator_shared_each_with_mechanism"
"""One operator id or KVM serial on hosts of two persons, each with a mechanism claim."""
SHARED_GATEWAY = "gateway_shared_each_with_mechanism"
"""Hosts of two persons with other claimed places, overnight on one gateway, each with one too."""


@dataclass(frozen=True)
class Evidence:
    """The claims that count: the strongest of each channel, and the marks of all at B or better."""

    claims: tuple[Claim, ...]
    marks: frozenset[str]

    @cached_property
    def classes(self) -> frozenset[Class]:
        """The classes that count."""
        return frozenset(claim.class_ for claim in self.claims)

    def has(self, class_: Class, *channels: str, strength: Strength = "B") -> bool:
        """Whether a claim of a class, and of these channels if any are named, is so strong."""
        return any(
            claim.class_ == class_
            and (not channels or claim.channel in channels)
            and _RANK[claim.strength] <= _RANK[strength]
            for claim in self.claims
        )

    @cached_property
    def others(self) -> int:
        """How many of place, distance and custody count."""
        return len(self.classes & {"place", "distance", "custody"})

    @cached_property
    def opener(self) -> bool:
        """Whether a claim opens a case alone; identity never does."""
        return any(claim.strength == "A" and claim.class_ != "identity" for claim in self.claims)

    @cached_property
    def channels(self) -> int:
        """How many channels of mechanism count."""
        return sum(claim.class_ == "mechanism" for claim in self.claims)


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    name: str
    level: Level
    why: str
    holds: Callable[[Evidence], bool]


def _m(evidence: Evidence) -> bool:
    return evidence.has("mechanism")


RULES: tuple[Rule, ...] = (
    Rule(
        "H1", "high",
        "a remote tool names a peer outside the claimed country, or in a VPN or hosting range, "
        "on 3 of 14 days",
        lambda e: FOREIGN_PEER in e.marks and _m(e),
    ),
    Rule(
        "H2", "high",
        "a KVM device names itself, and its jiggler, a closed machine, or input from it beside "
        "another device's shows that it is used",
        lambda e: _m(e)
        and KVM_IDENTITY in e.marks
        and (bool({JIGGLER, INPUT_OVERLAP} & e.marks) or e.has("mechanism", "console")),
    ),
    Rule(
        "H3", "high",
        "the whole machine is abroad without travel, and it lasts, or it was never resident in "
        "the claimed country, or it can be driven remotely",
        lambda e: e.has("place", "whole", strength="A")
        and (bool({LASTED, NEVER_RESIDENT} & e.marks) or _m(e)),
    ),
    Rule(
        "H4", "high",
        "one operator id or KVM serial is on the machines of two persons, each with a mechanism",
        lambda e: SHARED_OPERATOR in e.marks and _m(e),
    ),
    Rule(
        "H5", "high",
        "a session fills half the awake time on 5 workdays, and a claim of another class counts",
        lambda e: e.has("mechanism", "session", strength="A") and len(e.classes) > 1,
    ),
    Rule(
        "H6", "high",
        "machines of two persons with different claimed places stay overnight on one gateway, "
        "each with a mechanism",
        lambda e: SHARED_GATEWAY in e.marks and _m(e),
    ),
    Rule(
        "m_with_two", "high",
        "a mechanism claim and two other classes count",
        lambda e: _m(e) and e.others >= 2,
    ),
    Rule("one_a", "review", "one claim is strong enough alone", lambda e: e.opener),
    Rule(
        "two_channels", "review",
        "two mechanism claims of different channels count together as one strong one",
        lambda e: e.channels >= 2,
    ),
    Rule(
        "m_with_other", "review",
        "a mechanism claim and one other class count",
        lambda e: _m(e) and e.others >= 1,
    ),
    Rule(
        "d_with_exit", "review",
        "the distance contradicts the claimed place, and a hidden exit explains how",
        lambda e: e.has("distance") and e.has("place", "exit"),
    ),
    Rule("one_b", "observe", "a claim counts, and nothing else supports it enough",
         lambda e: bool(e.claims)),
)  # fmt: skip
NOTHING = Rule("none", "clear", "nothing counts against this machine", lambda _: True)


@dataclass(frozen=True)
class Ruling:
    """What the rule said. counted: the claims it weighed; caps: what held it down, in words."""

    level: Level
    rule: Rule
    counted: tuple[Claim, ...]
    caps: tuple[str, ...]


def rule(claims: Iterable[Claim]) -> Ruling:
    """The level that claims give, whatever their order."""
    evidence = _evidence(claims)
    if not evidence.claims:
        return Ruling("clear", NOTHING, (), ())
    covered, caps = _capped(evidence)
    uncapped = _first(evidence)
    free = [claim for claim in evidence.claims if claim not in covered]
    found = _first(_evidence(free)) if covered else uncapped
    if found is NOTHING:
        found = RULES[-1]
    held = caps if found.level != uncapped.level else ()
    return Ruling(found.level, found, evidence.claims, held)


def _evidence(claims: Iterable[Claim]) -> Evidence:
    best: dict[tuple[str, str], Claim] = {}
    marks: set[str] = set()
    for claim in sorted(claims, key=_order):
        if claim.strength != "C":
            best.setdefault((claim.class_, claim.channel), claim)
            marks.update(claim.marks)
    return Evidence(tuple(sorted(best.values(), key=_order)), frozenset(marks))


def _order(claim: Claim) -> tuple[int, str, str, str, str, str]:
    return (
        _RANK[claim.strength], claim.class_, claim.channel, claim.detector, claim.about,
        claim.because,
    )  # fmt: skip


def _first(evidence: Evidence) -> Rule:
    return next((each for each in RULES if each.holds(evidence)), NOTHING)


def _capped(evidence: Evidence) -> tuple[Sequence[Claim], tuple[str, ...]]:
    if _m(evidence):
        return (), ()
    covered = [claim for claim in evidence.claims if _shares_place(claim)]
    caps = ["a shared place without a mechanism is never more than observe"] if covered else []
    if not any(
        claim.class_ in {"place", "custody"} and not _shares_place(claim)
        for claim in evidence.claims
    ):
        distance = [claim for claim in evidence.claims if claim.class_ == "distance"]
        caps += ["distance alone is never more than observe"] if distance else []
        covered += distance
    return covered, tuple(caps)


def _shares_place(claim: Claim) -> bool:
    return claim.class_ == "custody" and claim.channel == "gateway"
