"""What the API says of hosts, findings and questions, and the pages show: made once, here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from collector.detectors.claim import Claim
from collector.store.audit import Entry
from collector.store.listing import Found, Gauged, Held, Known
from collector.store.questions import Asked
from collector.verdicts.findings import Finding
from collector.verdicts.situation import LOOKED
from collector.verdicts.verdict import Ask, Blind, Raised, Tested, Untold, Verdict
from collector.verdicts.verdict import decode as decode_verdict
from wire.codec import WireError, decode, read_row
from wire.envelope import Envelope
from wire.question import Answer
from wire.report import Outcome

State = Literal["pending", "sent", "answered", "denied", "expired"]
MOST_REASONS = 5
LISTED = ("sensor.outcome", "machine.identity", "machine.virtual", "agent.self")
"""The kinds of row that a line of the list is made of."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the API; fields are added, never renamed."""


class OutcomeLine(Document, frozen=True):
    """How a sensor's last run ended, and since when its runs end so."""

    sensor: str
    ended: str
    why: str
    since: datetime


class RowDocument(Document, frozen=True):
    """A row and while it was true; `until` is null while it is in force."""

    interval: int
    sensor: str
    kind: str
    since: datetime
    until: datetime | None
    fields: Mapping[str, Any]


class MachineLine(Document, frozen=True):
    """What machine it says it is. virtual: the hypervisor, null for none.

    recording: it plays a recording, so nothing of it is real.
    """

    os: str = ""
    os_version: str = ""
    maker: str = ""
    model: str = ""
    chassis: str = ""
    virtual: str | None = None
    recording: bool = False


class HostLine(Document, frozen=True):
    """A host in the list.

    level: `unseen` means that we cannot tell, also while there is no verdict yet (`since` null).
    says: the sentence of its kind, at review and high. why: what gave the level. because: the
    reasons of its claims, the weightiest first; empty for a viewer. baseline: the tenant is in
    its first days.
    """

    host_id: str
    name: str
    serial_tail: str
    mdm_id: str
    level: str
    kind: str
    says: str
    why: str
    since: datetime | None
    baseline: bool
    because: tuple[str, ...]
    machine: MachineLine
    outcomes: tuple[OutcomeLine, ...]
    seen: datetime | None
    enrolled_at: datetime
    provisional: bool
    revoked: bool


class HostPage(Document, frozen=True):
    """Some hosts, the most urgent first; `next`: the cursor of the page after, null at the end."""

    hosts: tuple[HostLine, ...]
    next: str | None


class ClaimDocument(Document, frozen=True, rename={"class_": "class"}):
    """A claim, its rows, and the innocent explanations of it. counted: the verdict weighed it."""

    detector: str
    about: str
    class_: str
    channel: str
    strength: str
    because: str
    technique: str
    kind: str
    marks: tuple[str, ...]
    since: datetime | None
    counted: bool
    rows: tuple[RowDocument, ...]
    innocent: tuple[Tested, ...]


class GaugeLine(Document, frozen=True):
    """A drifting value: its last one, and its lowest and highest of that day."""

    name: str
    day: str
    last: float
    low: float
    high: float


class VerdictDocument(Document, frozen=True):
    """A host's verdict, and why.

    rule: the one that gave the level. weight: the level that the claims alone give. caps: what
    held it down. clears: what would clear it. ask: what to ask next.
    """

    level: str
    kind: str
    since: datetime | None
    says: str
    why: str
    rule: str = ""
    weight: str = ""
    baseline: bool = False
    caps: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    ask: tuple[Ask, ...] = ()


class HostDocument(Document, frozen=True):
    """All there is to say about one host; `host` is its line of the list.

    blind: what we cannot see. cannot_tell: detectors that had too little. raised: detectors that
    failed and were skipped, a fault of the collector.
    """

    host: HostLine
    verdict: VerdictDocument
    claims: tuple[ClaimDocument, ...]
    blind: tuple[Blind, ...]
    cannot_tell: tuple[Untold, ...]
    raised: tuple[Raised, ...]
    rows: tuple[RowDocument, ...]
    gauges: tuple[GaugeLine, ...]
    epoch: str
    seq: int


class RowPage(Document, frozen=True):
    """A host's rows in force."""

    rows: tuple[RowDocument, ...]


class FindingDocument(Document, frozen=True):
    """A change of a host's verdict worth telling, numbered for good."""

    n: int
    at: datetime
    host_id: str
    host_name: str
    cause: str
    level: str
    before: str
    kind: str
    why: str
    says: str
    claims: tuple[Claim, ...]
    baseline: bool


class FindingPage(Document, frozen=True):
    """Findings in the order of their numbers; ask next with `after` = `last`."""

    findings: tuple[FindingDocument, ...]
    last: int


class AuditPage(Document, frozen=True):
    """Lines of the audit log, newest first; `next`: `before` of the page after, null at the end."""

    entries: tuple[Entry, ...]
    next: int | None


class AnsweredOutcome(Document, frozen=True):
    """What the sensor said when it was asked."""

    sensor: str
    ended: str
    why: str
    rows: tuple[Mapping[str, Any], ...]


class AnswerDocument(Document, frozen=True):
    """How far a question has come with one host; what it answered is shown, not merged."""

    host_id: str
    host_name: str
    state: State
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    outcome: AnsweredOutcome | None


class QuestionDocument(Document, frozen=True):
    """A question and its answers."""

    id: str
    at: datetime
    by: str
    role: str
    sensor: str
    reason: str
    expires_at: datetime
    hosts: tuple[AnswerDocument, ...]


class Reason(Document, frozen=True):
    """On so many hosts a sensor ended so, for this reason."""

    ended: str
    why: str
    hosts: int


class BlindSpot(Document, frozen=True):
    """On how many hosts a sensor looked, on how many it could not, and why, most common first."""

    sensor: str
    looked: int
    unable: int
    reasons: tuple[Reason, ...]


class BlindSpots(Document, frozen=True):
    """What we cannot see. counted: over so many of the hosts."""

    hosts: int
    counted: int
    sensors: tuple[BlindSpot, ...]


def host_line(
    known: Known, rows: Sequence[Held], *, baseline: bool, evidence: bool = True
) -> HostLine:
    """A line of the list; rows: of the kinds in LISTED. Without evidence, no reasons."""
    judged = known.verdict
    verdict = decode_verdict(judged.document) if judged else None
    because = (claim.because for claim in (*verdict.counted, *verdict.shown)) if verdict else ()
    return HostLine(
        host_id=known.host_id,
        name=known.name,
        serial_tail=known.serial_tail,
        mdm_id=known.mdm_id,
        level=judged.level if judged else "unseen",
        kind=judged.kind if judged else "",
        says=verdict.says if verdict else "",
        why=verdict.why if verdict else "not judged yet",
        since=judged.since if judged else None,
        baseline=baseline and judged is not None and judged.level == "review",
        because=tuple(because) if evidence else (),
        machine=_machine(rows),
        outcomes=outcome_lines(rows),
        seen=known.seen,
        enrolled_at=known.enrolled_at,
        provisional=known.provisional,
        revoked=known.revoked_at is not None,
    )


def host_document(
    known: Known,
    rows: Sequence[Held],
    quoted: Mapping[int, Held],
    claimed: Mapping[tuple[str, str], datetime],
    gauges: Sequence[Gauged],
    *,
    baseline: bool,
) -> HostDocument:
    """The whole of a host. quoted: the rows that claims name; claimed: since when each stands."""
    verdict = decode_verdict(known.verdict.document) if known.verdict else None
    line = host_line(known, rows, baseline=baseline)
    return HostDocument(
        host=line,
        verdict=_verdict(line, verdict),
        claims=tuple(_claims(verdict, quoted, claimed)) if verdict else (),
        blind=verdict.blind if verdict else (),
        cannot_tell=verdict.cannot_tell if verdict else (),
        raised=verdict.raised if verdict else (),
        rows=tuple(map(row_document, rows)),
        gauges=tuple(
            GaugeLine(name=each.name, day=each.day, last=each.last, low=each.low, high=each.high)
            for each in gauges
        ),
        epoch=known.epoch,
        seq=known.seq,
    )


def quoted_intervals(known: Known) -> set[int]:
    """The rows that a host's claims and their innocent explanations name."""
    if known.verdict is None:
        return set()
    verdict = decode_verdict(known.verdict.document)
    claims = {row for claim in (*verdict.counted, *verdict.shown) for row in claim.rows}
    return claims | {row for tested in verdict.innocent for row in tested.rows}


def row_document(row: Held) -> RowDocument:
    """A row as the API says it."""
    return RowDocument(
        interval=row.interval,
        sensor=row.sensor,
        kind=row.kind,
        since=row.since,
        until=row.until,
        fields=row.fields,
    )


def outcome_lines(rows: Iterable[Held]) -> tuple[OutcomeLine, ...]:
    """Each sensor's outcome, by name."""
    lines = (
        OutcomeLine(
            sensor=str(row.fields.get("sensor", "")),
            ended=str(row.fields.get("ended", "")),
            why=str(row.fields.get("why", "")),
            since=row.since,
        )
        for row in rows
        if row.kind == "sensor.outcome"
    )
    return tuple(sorted(lines, key=lambda line: line.sensor))


def finding_document(found: Found) -> FindingDocument:
    """A finding as the API says it."""
    return FindingDocument(
        n=found.n,
        at=found.at,
        host_id=found.host_id,
        host_name=found.host_name,
        **msgspec.structs.asdict(msgspec.json.decode(found.document, type=Finding)),
    )


def question_document(asked: Sequence[Asked], now: datetime) -> QuestionDocument:
    """A question with each host's answer."""
    asking = asked[0].question
    return QuestionDocument(
        id=asking.id,
        at=asking.at,
        by=asking.by,
        role=asking.role,
        sensor=asking.sensor,
        reason=asking.reason,
        expires_at=asking.expires_at,
        hosts=tuple(_answer(each, now) for each in asked),
    )


def blind_spots(hosts: int, counted: int, outcomes: Iterable[Iterable[Held]]) -> BlindSpots:
    """Outcomes of each host's sensors, gathered by sensor."""
    endings: dict[str, Counter[tuple[str, str]]] = {}
    for rows in outcomes:
        for line in outcome_lines(rows):
            endings.setdefault(line.sensor, Counter())[line.ended, line.why] += 1
    return BlindSpots(
        hosts=hosts,
        counted=counted,
        sensors=tuple(_blind_spot(sensor, endings[sensor]) for sensor in sorted(endings)),
    )


def _blind_spot(sensor: str, endings: Counter[tuple[str, str]]) -> BlindSpot:
    reasons = [
        Reason(ended=ended, why=why, hosts=hosts)
        for (ended, why), hosts in endings.most_common()
        if ended not in LOOKED
    ]
    unable = sum(reason.hosts for reason in reasons)
    return BlindSpot(
        sensor=sensor,
        looked=endings.total() - unable,
        unable=unable,
        reasons=tuple(reasons[:MOST_REASONS]),
    )


def _verdict(line: HostLine, verdict: Verdict | None) -> VerdictDocument:
    said = ("level", "kind", "since", "says", "why", "baseline")
    more = ("rule", "weight", "caps", "clears", "ask") if verdict else ()
    return VerdictDocument(
        **{name: getattr(line, name) for name in said},
        **{name: getattr(verdict, name) for name in more},
    )


def _claims(
    verdict: Verdict, quoted: Mapping[int, Held], claimed: Mapping[tuple[str, str], datetime]
) -> Iterable[ClaimDocument]:
    for counted, claims in ((True, verdict.counted), (False, verdict.shown)):
        for claim in claims:
            innocent = [
                each for each in verdict.innocent if (each.detector, each.about) == claim.name
            ]
            yield _claim(claim, quoted, innocent, since=claimed.get(claim.name), counted=counted)


def _claim(
    claim: Claim,
    quoted: Mapping[int, Held],
    innocent: Sequence[Tested],
    *,
    since: datetime | None,
    counted: bool,
) -> ClaimDocument:
    return ClaimDocument(
        detector=claim.detector,
        about=claim.about,
        class_=claim.class_,
        channel=claim.channel,
        strength=claim.strength,
        because=claim.because,
        technique=claim.technique,
        kind=claim.kind,
        marks=claim.marks,
        since=since,
        counted=counted,
        rows=tuple(row_document(quoted[row]) for row in claim.rows if row in quoted),
        innocent=tuple(innocent),
    )


def _machine(rows: Iterable[Held]) -> MachineLine:
    by_kind = {row.kind: row.fields for row in rows}
    identity = by_kind.get("machine.identity", {})
    virtual = by_kind.get("machine.virtual")
    names = ("os", "os_version", "maker", "model", "chassis")
    return MachineLine(
        **{name: str(identity.get(name, "")) for name in names},
        virtual=None if virtual is None else str(virtual.get("by", "")),
        recording=by_kind.get("agent.self", {}).get("recording") is True,
    )


def _answer(asked: Asked, now: datetime) -> AnswerDocument:
    outcome = _outcome(asked.envelope)
    return AnswerDocument(
        host_id=asked.host_id,
        host_name=asked.host_name,
        state=_state(asked, outcome, now),
        sent_at=asked.sent_at,
        seen_at=asked.seen_at,
        answered_at=asked.answered_at,
        outcome=_answered(outcome) if outcome else None,
    )


def _state(asked: Asked, outcome: Outcome | None, now: datetime) -> State:
    if asked.answered_at is not None:
        return "denied" if outcome and outcome.ended in {"denied", "off"} else "answered"
    if now >= asked.question.expires_at:
        return "expired"
    return "sent" if asked.sent_at or asked.seen_at else "pending"


def _outcome(envelope: bytes | None) -> Outcome | None:
    if envelope is None:
        return None
    return decode(decode(envelope, Envelope).payload, Answer).outcome


def _answered(outcome: Outcome) -> AnsweredOutcome:
    return AnsweredOutcome(
        sensor=outcome.sensor, ended=outcome.ended, why=outcome.why, rows=tuple(_rows(outcome))
    )


def _rows(outcome: Outcome) -> Iterable[Mapping[str, Any]]:
    for raw in outcome.rows:
        try:
            _kind, row = read_row(bytes(raw))
        except WireError as error:
            yield {"kind": "", "refused": error.why}
        else:
            yield row
