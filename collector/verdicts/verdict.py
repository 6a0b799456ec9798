"""The verdict and what it is made of; stored as JSON with exactly these fields."""

from typing import Literal

import msgspec

from collector.detectors.claim import Claim, Kind

Level = Literal["clear", "observe", "review", "high", "unseen"]
Result = Literal["held", "failed", "could not be tested"]

KINDS: dict[Kind, str] = {
    "driven": "This machine appears to be remotely driven.",
    "moved": "This machine appears to be outside its approved countries.",
    "bypassed": "This machine's account appears to be used without it.",
}
"""The strongest sentences that are ever printed, by kind."""


class Tested(msgspec.Struct, frozen=True):
    """One innocent explanation of a claim, and how it fared.

    rows: the intervals that say so. missing: the sensor or feed without which it could not be
    tested.
    """

    detector: str
    about: str
    explanation: str
    result: Result
    because: str
    rows: tuple[int, ...] = ()
    missing: str = ""


class Blind(msgspec.Struct, frozen=True):
    """A sensor that did not look: how its run ended, and why."""

    sensor: str
    ended: str
    why: str


class Untold(msgspec.Struct, frozen=True):
    """A detector that had too little to go by, and why."""

    detector: str
    why: str


class Raised(msgspec.Struct, frozen=True):
    """A detector that raised and was skipped: a fault of ours. Its earlier claims still stand."""

    detector: str
    error: str


class Ask(msgspec.Struct, frozen=True):
    """What to ask the host next: a sensor, and what its answer would tell."""

    sensor: str
    why: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How much it is, in total, and why.

    rule: the one that gave the level (`one_b`, `H2`). weight: the level that the claims alone
    gave, when `unseen` stands in its place. says: the sentence of its kind, at review and high.
    counted: the claims that the rule weighed; shown: all others. caps: what held the level down.
    blind: what we cannot see. clears: what would clear it. told: whether a finding has said so.
    """

    level: Level
    kind: str
    rule: str
    why: str
    says: str
    weight: Level
    virtual: bool
    counted: tuple[Claim, ...]
    shown: tuple[Claim, ...]
    caps: tuple[str, ...]
    innocent: tuple[Tested, ...]
    blind: tuple[Blind, ...]
    cannot_tell: tuple[Untold, ...]
    raised: tuple[Raised, ...]
    clears: tuple[str, ...]
    ask: tuple[Ask, ...]
    told: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Verdict)


def encode(verdict: Verdict) -> bytes:
    """The verdict's document, the same bytes for the same verdict."""
    return _encoder.encode(verdict)


def decode(document: bytes) -> Verdict:
    """A verdict from its document."""
    return _decoder.decode(document)
