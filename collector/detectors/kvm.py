"""What the KVM detectors share: how a recognised device becomes a claim."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from collector.detectors import Claim, Later, Said, View, words
from collector.detectors.claim import Channel, Strength
from collector.detectors.reading import Seen
from collector.detectors.view import R

FAMILY = "kvm."
STRENGTHS: dict[str, Strength] = {"decisive": "A", "strong": "B"}
"""The strength of a claim by that of its signature; every other is C."""
ORDER = {word: at for at, word in enumerate(("decisive", "strong", "moderate", "weak", "context"))}


@dataclass(frozen=True)
class Device:
    """One device as one signature recognised it; where: its port or connector, in words."""

    signature: str
    strength: str
    ground: str
    where: str
    interval: int
    until: datetime | None


@dataclass(frozen=True)
class Detected:
    """How a detector names its claims."""

    detector: str
    channel: Channel
    noun: str
    technique: str


class Recognised(Protocol):
    """A reading with the parallel lists of its hits."""

    @property
    def hits(self) -> tuple[str, ...]:
        """The ids of the signatures."""

    @property
    def strengths(self) -> tuple[str, ...]:
        """How surely, of each."""

    @property
    def grounds(self) -> tuple[str, ...]:
        """Why, of each, in words."""


def devices(row: Recognised, where: str, seen: Seen[R]) -> Iterator[Device]:
    """What a row's parallel lists say: the device as the surest KVM signature recognised it.

    A device that its own signature names is also known by its family's; that is one device still.
    """
    found = [
        Device(
            signature=signature,
            strength=row.strengths[index] if index < len(row.strengths) else "context",
            ground=row.grounds[index] if index < len(row.grounds) else "",
            where=where,
            interval=seen.interval,
            until=seen.until,
        )
        for index, signature in enumerate(row.hits)
        if signature.startswith(FAMILY)
    ]
    if found:
        yield min(found, key=lambda device: ORDER.get(device.strength, len(ORDER)))


def claims(view: View, found: Iterable[Device], named: Detected) -> Iterator[Said]:
    """One claim for each signature, as strong as its strongest device; it fades after a while."""
    by_signature: dict[str, list[Device]] = {}
    for device in found:
        if not view.policy.is_sanctioned(device.signature):
            by_signature.setdefault(device.signature, []).append(device)
    for signature, those in by_signature.items():
        best = min(those, key=lambda device: (_strength(device), device.until is not None))
        strength = _strength(best)
        yield Claim(
            detector=named.detector,
            about=signature,
            class_="mechanism",
            channel=named.channel,
            strength=strength,
            because=_because(best, those, named.noun),
            rows=tuple(device.interval for device in those),
            technique=named.technique,
            marks=("kvm_identity",) if strength == "A" else (),
        )
        for device in those:
            if device.until is not None:
                fades = timedelta(days=view.policy.claim_days, milliseconds=1)
                yield Later(device.until + fades)


def _strength(device: Device) -> Strength:
    return STRENGTHS.get(device.strength, "C")


def _because(best: Device, those: list[Device], noun: str) -> str:
    device = words.called(best.signature)
    ground = f": {words.ground(best.ground)}" if best.ground else ""
    surely = {"A": "is", "B": "looks like", "C": "may be"}[_strength(best)]
    if all(each.until is not None for each in those):
        gone = max(each.until for each in those if each.until is not None)
        past = {"A": "was", "B": "looked like", "C": "may have been"}[_strength(best)]
        return (
            f"The {noun} {best.where} until {words.moment(gone)} {past} a KVM device that "
            f"controls a machine from elsewhere ({device}{ground})"
        )
    return (
        f"The {noun} {best.where} {surely} a KVM device that controls a machine from elsewhere "
        f"({device}{ground})"
    )
