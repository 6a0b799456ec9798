"""A collector in this process that obeys the numbering rules, and notes what it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from agent.state import Held, digest_of, hold
from agent.transport import Response, Unreachable
from wire.codec import WireError, decode, decode_envelope, decode_report, encode
from wire.digest import digest
from wire.envelope import pae
from wire.question import Answer, Question
from wire.reply import PROBLEMS, Problem, Reply
from wire.report import Report


@dataclass
class FakeCollector:
    """A Transport. answers: what to say instead, one a call, before it looks at anything."""

    key: bytes
    keyid: str = "7.00000000"
    away: bool = False
    answers: list[Response] = field(default_factory=list)
    next_report_s: int = 300
    policy: str = ""
    policies: dict[str, bytes] = field(default_factory=dict)
    grants: list[Response] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    epoch: str = ""
    seq: int = 0
    digest: str = ""
    state: dict[str, Held] = field(default_factory=dict)
    taken: list[Report] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    forks: list[Report] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answered: list[Answer] = field(default_factory=list)
    lose_replies: int = 0

    def ask(self, _: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        if self.away:
            raise Unreachable("http://collector: connection refused")
        self.dates.append(headers["Date"])
        self.bodies.append(body)
        if self.answers:
            return self.answers.pop(0)
        if path == "/v1/enrolments":
            return self.grants.pop(0)
        if path.startswith("/v1/policies/"):
            return Response(200, {}, self.policies[path.rpartition("/")[2]])
        if path == "/v1/answers":
            self.answered.append(decode(decode_envelope(body).payload, Answer))
            return Response(202)
        response = self._reports(body.splitlines())
        if self.lose_replies:
            self.lose_replies -= 1
            raise Unreachable("http://collector: connection reset")
        return response

    def close(self) -> None:
        """There is nothing to end."""

    def _reports(self, lines: list[bytes]) -> Response:
        self.calls.append(len(lines))
        accepted, want = 0, False
        for index, line in enumerate(lines):
            try:
                envelope = decode_envelope(line)
                report = decode_report(envelope.payload)
            except WireError as error:
                return problem(400, "malformed", detail=error.why, index=index)
            if envelope.signatures[0].keyid != self.keyid:
                return problem(401, "unknown-host")
            message = pae(envelope.payload_type, envelope.payload)
            try:
                VerifyKey(self.key).verify(message, envelope.signatures[0].sig)
            except BadSignatureError:
                return problem(401, "unauthenticated")
            name = digest(envelope.payload)
            if name in self.known.get(report.epoch, set()):
                continue
            if report.epoch == self.epoch and (
                report.seq <= self.seq
                or (report.seq == self.seq + 1 and report.prev != self.digest)
            ):
                self.forks.append(report)
                return problem(
                    409,
                    "forked",
                    epoch=self.epoch,
                    stored=self.seq,
                    digest=self.digest,
                    index=index,
                )
            want = self._take(report, name) or want
            accepted += 1
        return self._reply(accepted, want=want)

    def _take(self, report: Report, name: str) -> bool:
        before = self.seq if report.epoch == self.epoch else 0
        gap = report.seq - before > 1 and len(report.replaces) != report.seq - before
        if gap:
            self.gaps.append((before, report.seq))
        self.epoch, self.seq, self.digest = report.epoch, report.seq, name
        self.known.setdefault(report.epoch, set()).add(name)
        self.taken.append(report)
        if report.full:
            self.state = {}
        for outcome in report.outcomes:
            self.state[outcome.sensor] = hold(self.state.get(outcome.sensor), outcome)
        return gap or digest_of(self.state) != report.state

    def _reply(self, accepted: int, *, want: bool) -> Response:
        reply = Reply(
            accepted=accepted,
            epoch=self.epoch,
            stored=self.seq,
            next_report_s=self.next_report_s,
            policy=self.policy,
            want=want,
            questions=tuple(
                question
                for question in self.questions
                if not any(question.id in report.questions_seen for report in self.taken)
            ),
        )
        return Response(202 if accepted else 200, {}, encode(reply))


def problem(status: int, word: str, **fields: object) -> Response:
    """A problem document."""
    document = {"type": PROBLEMS + word, "title": word, "status": status, **fields}
    body = encode(msgspec.convert(document, Problem))
    return Response(status, {"content-type": "application/problem+json"}, body)
