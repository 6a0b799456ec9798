"""The policy in force on this laptop: signed by the collector, bounded by the laptop's ceiling.

PolicyFault   the policy is refused and the one before it stays
  Unsigned      its signature is not the policy key's (the peer's)
  OutOfBounds   a value that no agent takes (the operator's)
  OverCeiling   it wants a sensor that may never run here (the operator's)
CeilingFault  the ceiling's file cannot be read; names every line at fault (the operator's)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from agent.disk import Disk, Gone, store
from agent.sensors import Sensor
from wire.codec import WireError, decode, decode_envelope
from wire.envelope import POLICY, pae
from wire.policy import AgentPolicy

FILE = "policy.json"
ETAG = re.compile(r"[\w-]{1,128}")
DECIDED = ("decided_by", "decided_on", "basis")

# - camera      # never on this machine
LINE = re.compile(r"(?:-\s+)?(?P<sensor>[a-z][a-z_]*)\s*(?:#.*)?")


class PolicyFault(Exception):
    """The policy is refused."""


class Unsigned(PolicyFault):
    """Its signature is not the policy key's."""


class OutOfBounds(PolicyFault):
    """A value that no agent takes."""


class OverCeiling(PolicyFault):
    """It wants a sensor that may never run here."""


class CeilingFault(Exception):
    """The ceiling's file cannot be read."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Kept(msgspec.Struct, frozen=True):
    etag: str
    envelope: msgspec.Raw


@dataclass
class PolicyKeeper:
    """The policy in force, kept on the disk with its signature; none means the defaults."""

    disk: Disk
    key: bytes
    ceiling: frozenset[str] = frozenset()
    etag: str = ""
    policy: AgentPolicy = field(default_factory=AgentPolicy)
    refused: str = ""
    why: str = ""

    def open(self) -> None:
        """Takes the policy from the disk, if it still holds under key and ceiling."""
        try:
            kept = msgspec.json.decode(self.disk.read(FILE), type=_Kept)
        except (Gone, msgspec.DecodeError):
            return
        self._take(kept.etag, bytes(kept.envelope))

    def wants(self, etag: str) -> bool:
        """Whether the policy of that name should be fetched."""
        return bool(ETAG.fullmatch(etag)) and etag not in (self.etag, self.refused)

    def consider(self, etag: str, envelope: bytes) -> bool:
        """Takes a fetched policy and keeps it, or refuses it and says why."""
        if not self._take(etag, envelope):
            return False
        store(self.disk, FILE, msgspec.json.encode(_Kept(etag, msgspec.Raw(envelope))))
        return True

    def off(self, sensors: Iterable[Sensor]) -> dict[str, str]:
        """Which sensors do not run, and why."""
        reasons = {sensor.name: off(sensor, self.policy, self.ceiling) for sensor in sensors}
        return {name: why for name, why in reasons.items() if why}

    def _take(self, etag: str, envelope: bytes) -> bool:
        try:
            policy = checked(envelope, self.key, self.ceiling)
        except PolicyFault as fault:
            self.refused, self.why = etag, f"policy {etag[:8]} refused: {fault}"
            return False
        self.etag, self.policy, self.refused, self.why = etag, policy, "", ""
        return True


def checked(envelope: bytes, key: bytes, ceiling: frozenset[str]) -> AgentPolicy:
    """The policy of an envelope, if it is signed, bounded and below the ceiling."""
    policy = _signed(envelope, key)
    if not 1 <= policy.sense_s <= 3600:
        raise OutOfBounds(f"sense_s: {policy.sense_s} is not within 1..3600")
    if not 1 <= policy.next_report_s <= 86_400:
        raise OutOfBounds(f"next_report_s: {policy.next_report_s} is not within 1..86400")
    over = sorted(name for name, said in policy.sensors.items() if said.on and name in ceiling)
    if over:
        raise OverCeiling(f"above the ceiling of this machine: {', '.join(over)}")
    return policy


def off(sensor: Sensor, policy: AgentPolicy, ceiling: frozenset[str]) -> str:
    """Why a sensor does not run, or nothing when it does."""
    if sensor.name in ceiling:
        return "ceiling"
    said = policy.sensors.get(sensor.name)
    if said is None:
        return "" if sensor.on else "by default"
    if not said.on:
        return "policy"
    if sensor.on:
        return ""
    missing = [name for name in DECIDED if not getattr(said, name)]
    if missing:
        return f"policy lacks {', '.join(missing)}"
    return "" if _is_date(said.decided_on) else "policy: decided_on is not a date"


def ceiling(text: str, path: str) -> frozenset[str]:
    """The sensors of a ceiling file: `- sensor` a line under `never:`, `#` begins a comment."""
    faults: list[str] = []
    sensors: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#") or bare == "never:":
            continue
        found = LINE.fullmatch(bare)
        if found:
            sensors.add(found["sensor"])
        else:
            faults.append(f"{path}:{number}: not `- sensor`")
    if faults:
        raise CeilingFault(tuple(faults))
    return frozenset(sensors)


def _signed(data: bytes, key: bytes) -> AgentPolicy:
    try:
        envelope = decode_envelope(data)
        VerifyKey(key).verify(
            pae(envelope.payload_type, envelope.payload), envelope.signatures[0].sig
        )
        if envelope.payload_type != POLICY:
            raise Unsigned("not a policy")
        return decode(envelope.payload, AgentPolicy)
    except (BadSignatureError, ValueError, TypeError) as error:
        where = f" at {error.place}" if isinstance(error, WireError) else ""
        raise Unsigned(f"{type(error).__name__}{where}") from error


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
