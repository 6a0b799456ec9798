"""Shows a person all that left this laptop, in words or byte for byte."""

from collections.abc import Iterable, Iterator

import msgspec

from agent.sent import Sent
from agent.uplink import plain
from wire.codec import WireError, decode, decode_envelope
from wire.enrolment import Enrolment
from wire.envelope import ANSWER, ENROLMENT, REPORT, Envelope
from wire.question import Answer
from wire.report import Outcome, Report

WIDE = 2_000


def told(everything: Iterable[Sent]) -> Iterator[str]:
    """Lines in words, newest last."""
    for sent in everything:
        if not sent.method:
            yield f"    -> {sent.error or sent.status}"
            continue
        yield f"{sent.at}  {sent.method} {sent.path}"
        if sent.again:
            yield f"    the same {sent.again} once more"
        for line in sent.body.splitlines():
            yield from (f"    {text}" for text in _told(line.encode()))


def lines(everything: Iterable[Sent]) -> Iterator[str]:
    """Each request as it was written down, newest last."""
    for sent in everything:
        yield msgspec.json.encode(sent).decode()


def _told(line: bytes) -> Iterator[str]:
    try:
        yield from _message(decode_envelope(line))
    except WireError:
        yield plain(line.decode(), WIDE)


def _message(envelope: Envelope) -> Iterator[str]:
    if envelope.payload_type == REPORT:
        yield from _report(decode(envelope.payload, Report))
    elif envelope.payload_type == ANSWER:
        answer = decode(envelope.payload, Answer)
        yield f"answer to question {plain(answer.question)}"
        yield from _outcome(answer.outcome)
    elif envelope.payload_type == ENROLMENT:
        enrolment = decode(envelope.payload, Enrolment)
        yield f"enrolment with {'the receipt' if enrolment.receipt else 'a token'}"
    else:
        yield plain(envelope.payload.decode("utf-8", "replace"), WIDE)


def _report(report: Report) -> Iterator[str]:
    what = "full" if report.full else "changed" if report.changed else "unchanged"
    yield f"report {report.seq}, {what}, state {report.state}"
    for outcome in report.outcomes:
        yield from _outcome(outcome)
    for gauge in report.gauges:
        yield f"  {plain(gauge.name)} {gauge.value:g}"


def _outcome(outcome: Outcome) -> Iterator[str]:
    why = f": {plain(outcome.why)}" if outcome.why else ""
    yield f"  {plain(outcome.sensor)} {outcome.ended}{why}"
    for row in outcome.rows:
        yield f"    {plain(bytes(row).decode('utf-8', 'replace'), WIDE)}"
