"""A call's lines, read: authenticated, decoded, each row checked for shape and named by its hash.

Everything here is done in the event loop, before the writing thread is asked for anything; it
depends on the bytes alone.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from collector.ingest.counters import Counters
from collector.ingest.refusal import Refusal, of_wire
from collector.ingest.rows import KINDS
from collector.ingest.sender import Senders, open_envelope
from wire.codec import Malformed, WireError, decode_report, read_row, unknown_fields
from wire.digest import digest
from wire.envelope import REPORT
from wire.reply import RefusedRow
from wire.report import Ended, Outcome, Report

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
WORD = re.compile(r"[A-Za-z0-9_-]*")
MAX_OUTCOMES = 256
MAX_GAUGES = 16
MAX_GAUGE = 2**53
MAX_SEEN = 256
MAX_WHY = 512
REMEMBERED = 16_384
REMEMBERED_BYTES = 512
IDENTITY = "machine.identity"
UNSEEN: frozenset[Ended] = frozenset({"denied", "failed"})


class Said(msgspec.Struct):
    """What one sensor said: how it ended, and its rows by body id, each with its kind and bytes.

    looked: whether these are its rows now; one that could not look has said nothing of them.
    """

    sensor: str
    ended: Ended
    why: str
    looked: bool = False
    rows: dict[int, tuple[str, bytes]] = {}
    refused: list[RefusedRow] = []


class Arrived(msgspec.Struct):
    """One report of a call; line: the signed bytes as they came."""

    report: Report
    digest: str
    line: bytes
    said: list[Said] = []
    identity: dict[str, str] | None = None


class Reader:
    """Reads lines; `body_id` names a row by its content."""

    def __init__(
        self, senders: Senders, body_id: Callable[[bytes], int], counters: Counters
    ) -> None:
        self._senders = senders
        self._body_id = body_id
        self._counters = counters
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._checked)

    def read(self, line: bytes, host: int | None) -> tuple[int, Arrived]:
        """The host that signed the line, and its report; `host` is whose call it is, if known."""
        envelope = open_envelope(line, REPORT, self._counters)
        sender = self._senders.host(envelope)
        if host is not None and sender != host:
            why = "one call carries one host's reports"
            raise Refusal("malformed", why, "$.signatures[0].keyid")
        try:
            report = decode_report(envelope.payload)
        except WireError as error:
            raise of_wire(error, seq=_number(envelope.payload)) from error
        _check(report)
        self._counters.unknown_fields += unknown_fields(envelope.payload)
        arrived = Arrived(report, digest(envelope.payload), line)
        arrived.said = self._all_said(arrived)
        return sender, arrived

    def _all_said(self, arrived: Arrived) -> list[Said]:
        found: dict[str, Said] = {}
        for outcome in arrived.report.outcomes:
            before = found.get(outcome.sensor)
            if before is not None and outcome.ended in UNSEEN:
                before.ended, before.why = outcome.ended, outcome.why
            else:
                found[outcome.sensor] = self._said(arrived, outcome)
        return list(found.values())

    def _said(self, arrived: Arrived, outcome: Outcome) -> Said:
        looked = outcome.ended not in UNSEEN
        said = Said(outcome.sensor, outcome.ended, outcome.why, looked)
        for index, raw in enumerate(outcome.rows):
            content = bytes(raw)
            try:
                body, kind = self._row(content)
            except WireError as error:
                why = f"{error.why} at {error.place}" if error.place else error.why
                said.refused.append(
                    RefusedRow(seq=arrived.report.seq, sensor=said.sensor, index=index, why=why)
                )
                continue
            said.rows[body] = (kind, content)
            if kind == IDENTITY:
                arrived.identity = _texts(content)
        return said

    def _row(self, content: bytes) -> tuple[int, str]:
        # Most rows of a fleet are alike: docks, mice, interfaces.
        if len(content) <= REMEMBERED_BYTES:
            return self._remembered(content)
        return self._checked(content)

    def _checked(self, content: bytes) -> tuple[int, str]:
        kind, _ = read_row(content)
        if kind in KINDS:
            raise Malformed("rows of this kind are the collector's own", "$.kind")
        return self._body_id(content), kind


def _texts(content: bytes) -> dict[str, str]:
    _, row = read_row(content)
    return {name: value for name, value in row.items() if isinstance(value, str)}


class _Numbered(msgspec.Struct):
    seq: int


_numbered = msgspec.json.Decoder(_Numbered)


def _number(payload: bytes) -> int | None:
    try:
        return _numbered.decode(payload).seq
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _check(report: Report) -> None:
    if not WORD.fullmatch(report.epoch + report.prev + report.state):
        raise _malformed(report, "base64url is expected", _other_characters(report))
    if len(report.outcomes) > MAX_OUTCOMES:
        raise _malformed(report, f"at most {MAX_OUTCOMES} outcomes", "$.outcomes")
    if len(report.questions_seen) > MAX_SEEN:
        raise _malformed(report, f"at most {MAX_SEEN} questions", "$.questions_seen")
    _check_outcomes(report)
    _check_gauges(report)


def _other_characters(report: Report) -> str:
    words = (("$.epoch", report.epoch), ("$.prev", report.prev), ("$.state", report.state))
    return next(place for place, word in words if not WORD.fullmatch(word))


def _check_outcomes(report: Report) -> None:
    names: dict[str, int] = {}
    for index, outcome in enumerate(report.outcomes):
        place = f"$.outcomes[{index}]"
        if not NAME.fullmatch(outcome.sensor):
            raise _malformed(report, "a sensor is named by one noun", f"{place}.sensor")
        names[outcome.sensor] = names.get(outcome.sensor, 0) + 1
        if names[outcome.sensor] > 2:
            raise _malformed(report, "a sensor is listed once or twice", f"{place}.sensor")
        if len(outcome.why) > MAX_WHY:
            raise _malformed(report, f"at most {MAX_WHY} characters", f"{place}.why")
        if outcome.rows and outcome.ended in UNSEEN:
            raise _malformed(report, f"{outcome.ended} carries no rows", f"{place}.rows")


def _check_gauges(report: Report) -> None:
    if len(report.gauges) > MAX_GAUGES:
        raise _malformed(report, f"at most {MAX_GAUGES} gauges", "$.gauges")
    for index, gauge in enumerate(report.gauges):
        if not NAME.fullmatch(gauge.name):
            raise _malformed(report, "a gauge is named by one noun", f"$.gauges[{index}].name")
        if abs(gauge.value) > MAX_GAUGE:
            raise _malformed(report, "a gauge is below 2**53", f"$.gauges[{index}].value")


def _malformed(report: Report, why: str, place: str) -> Refusal:
    return Refusal("malformed", why, place, report.seq)
