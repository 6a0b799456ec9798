"""The three calls of a laptop, as a bare ASGI function that is asked before any other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import structlog

from collector.ingest import skew
from collector.ingest.counters import Counters
from collector.ingest.enrolment import Enrolments
from collector.ingest.forwarded import Proxies, client
from collector.ingest.intake import Call, Intake, Stored
from collector.ingest.limiter import OncePerMinute, Wants
from collector.ingest.messages import Gone, Receive, Scope, Send, body, complain, reply
from collector.ingest.offers import Offers
from collector.ingest.reading import Arrived, Reader
from collector.ingest.refusal import Refusal, of_wire
from collector.ingest.sender import Senders, open_envelope
from collector.ingest.terms import Terms
from collector.keys import Keys
from collector.store.database import Database, StoreFault
from collector.store.memory import Memory
from collector.store.times import millis
from collector.tokens import Randomness
from wire.codec import WireError, decode, encode, read_row
from wire.envelope import ANSWER
from wire.question import Answer
from wire.reply import Problem, Reply

log = structlog.get_logger(__name__)

DEPTH = 2_048
"""With more calls than this waiting for the disk, new ones are told to come later."""
BREATH = 32
"""Lines of one call that are read before others get their turn."""

NO_PROXIES = Proxies()

Audit = Callable[[str, str, str], None]
"""Writes a line to the audit log without being waited for: address, what was done, detail."""


@dataclass(frozen=True)
class Parts:
    """All that ingest is handed. wake: tells the judge that the journal has grown.

    body_id: `collector.store.reports.body_ids` of the database's key.
    """

    database: Database
    memory: Memory
    keys: Keys
    body_id: Callable[[bytes], int]
    offers: Offers
    terms: Callable[[], Terms]
    clock: Callable[[], datetime]
    random: Randomness
    wake: Callable[[], None]
    audit: Audit
    proxies: Proxies = NO_PROXIES
    depth: int = DEPTH


class Ingest:
    """`application` is the ASGI function for the paths in `PATHS`; `counters` says what it did."""

    PATHS = frozenset({"/v1/reports", "/v1/enrolments", "/v1/answers"})

    def __init__(self, parts: Parts) -> None:
        self.counters = Counters()
        self._parts = parts
        self._senders = Senders(parts.memory, self.counters)
        self._reader = Reader(self._senders, parts.body_id, self.counters)
        intake = Intake(parts.memory, parts.offers, parts.body_id, self.counters)
        self._lane = parts.database.lane(intake)
        self._enrolments = Enrolments(
            parts.database, parts.memory, parts.keys, self.counters, parts.random
        )
        self._failures = OncePerMinute()
        self._wants = Wants()
        self._dice = Random(parts.random(16))  # noqa: S311 -- it spreads load, no more
        self._calls = {
            "/v1/reports": self._reports,
            "/v1/enrolments": self._enrol,
            "/v1/answers": self._answer,
        }

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one call."""
        self.counters.calls += 1
        try:
            self._shed()
            await self._calls[scope["path"]](scope, receive, send)
        except Refusal as refusal:
            await self._refuse(scope, send, refusal, refusal.problem())
        except StoreFault as fault:
            self.counters.failed += 1
            log.error("not stored", why=str(fault))  # noqa: TRY400 -- the line says it all
            busy = Refusal("busy", "it could not be stored")
            await self._refuse(scope, send, busy, busy.problem())
        except Gone:
            return

    def _shed(self) -> None:
        if self._parts.database.depth > self._parts.depth:
            self.counters.shed += 1
            raise Refusal("busy", "more calls wait than can be stored at once")

    async def _reports(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        data = await body(headers, receive)
        arrived_ms = millis(self._parts.clock())
        host, reports, refusal = await self._read(data)
        if not reports:
            assert refusal is not None
            await self._refuse(scope, send, refusal, refusal.problem(index=0))
            return
        behind_s = skew.behind(arrived_ms, headers.get(b"date"))
        call = Call(host, arrived_ms, behind_s, self._address(scope), reports)
        stored = await self._lane.write(call)
        if stored.journaled:
            self._parts.wake()
        if stored.revoked:
            raise Refusal("revoked")
        if stored.forked is not None:
            refusal = Refusal("forked", seq=reports[stored.forked].report.seq)
            problem = _beside(refusal, stored, stored.forked)
            await self._refuse(scope, send, refusal, problem)
        elif refusal is not None:
            problem = _beside(refusal, stored, len(reports))
            await self._refuse(scope, send, refusal, problem)
        else:
            status = 202 if stored.accepted else 200
            await reply(send, status, encode(self._reply(host, stored, arrived_ms // 1000)))

    async def _read(self, data: bytes) -> tuple[int, list[Arrived], Refusal | None]:
        """Whose call it is, its reports, and why the line after them was not taken, if one was."""
        host: int | None = None
        reports: list[Arrived] = []
        for line in data.split(b"\n"):
            if not line:
                continue
            if len(reports) % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            try:
                host, arrived = self._reader.read(line, host)
            except Refusal as refusal:
                return host or 0, reports, refusal
            reports.append(arrived)
        if host is None:
            return 0, reports, Refusal("malformed", "a call carries at least one report", "$")
        return host, reports, None

    def _reply(self, host: int, stored: Stored, now_s: int) -> Reply:
        terms = self._parts.terms()
        return Reply(
            accepted=stored.accepted,
            epoch=stored.epoch,
            stored=stored.seq,
            next_report_s=terms.next_report_s,
            policy=terms.policy,
            pack=terms.pack,
            want=stored.want and self._wants.allows(now_s),
            questions=self._parts.offers.offered(host),
            refused_rows=stored.refused,
        )

    async def _enrol(self, scope: Scope, receive: Receive, send: Send) -> None:
        data = await body(dict(scope["headers"]), receive)
        grant = await self._enrolments.admit(data, self._address(scope), self._parts.clock())
        self._parts.wake()
        await reply(send, 201, encode(grant))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        data = (await body(dict(scope["headers"]), receive)).rstrip(b"\n")
        envelope = open_envelope(data, ANSWER, self.counters)
        host = self._senders.host(envelope)
        try:
            answer = decode(envelope.payload, Answer)
            for row in answer.outcome.rows:
                read_row(bytes(row))
        except WireError as error:
            raise of_wire(error) from error
        taken = await self._parts.database.write(
            lambda connection: self._parts.offers.answered(host, answer, data, connection)
        )
        if taken == "never-asked":
            raise Refusal("not-found", "this host was not asked that")
        self.counters.answers += 1
        await reply(send, 202 if taken == "stored" else 200, b"{}")

    async def _refuse(self, scope: Scope, send: Send, refusal: Refusal, problem: Problem) -> None:
        if refusal.type == "malformed":
            self.counters.malformed += 1
        elif refusal.type == "too-large":
            self.counters.too_large += 1
        elif refusal.type in UNTRUSTED:
            self.counters.unauthenticated += 1
            address = self._address(scope)
            if self._failures.allows(address, self._parts.clock().timestamp()):
                self._parts.audit(address, f"refuse.{refusal.type}", refusal.detail)
        later = self._later() if refusal.type == "busy" else None
        await complain(send, problem, later)

    def _address(self, scope: Scope) -> str:
        peer = scope.get("client")
        return client(peer[0] if peer else "", scope["headers"], self._parts.proxies)

    def _later(self) -> int:
        """Seconds until what waits is written, drawn so that not all come back at once."""
        wait = self._parts.database.depth / max(self._parts.database.rate, 1.0)
        return 1 + self._dice.randrange(max(4, round(2 * wait) + 1))


UNTRUSTED = frozenset({"unauthenticated", "unknown-host", "revoked", "refused-token"})


def _beside(refusal: Refusal, stored: Stored, index: int) -> Problem:
    return refusal.problem(index, stored.epoch, stored.seq, stored.digest)
