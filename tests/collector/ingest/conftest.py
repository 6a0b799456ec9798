"""A collector's ingest with a clock that stands still, and laptops that report to it."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from collector import keys
from collector.ingest.application import Ingest, Parts
from collector.ingest.forwarded import Proxies
from collector.ingest.messages import Message
from collector.ingest.offers import Taken
from collector.ingest.terms import Terms
from collector.store import reports
from collector.store.database import Database
from collector.store.hosts import add_host
from collector.store.memory import Memory
from collector.store.tokens import put_enrolment_token
from collector.tokens import hashed
from lab.laptops import Laptop
from wire.question import Answer, Question

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = int(BEGAN.timestamp())


@dataclass
class Said:
    """One answer of the collector."""

    status: int
    headers: dict[str, str]
    document: dict[str, Any]

    @property
    def problem(self) -> str:
        """The problem type's last word."""
        return str(self.document["type"]).removeprefix("urn:farmwatch:problem:")


@dataclass
class Asked:
    """Offers that remember what they were told."""

    questions: tuple[Question, ...] = ()
    known: set[str] = field(default_factory=set)
    told: list[tuple[int, str]] = field(default_factory=list)

    def offered(self, host: int) -> tuple[Question, ...]:
        del host
        return self.questions

    def seen(self, host: int, ids: tuple[str, ...], connection: Connection) -> None:
        assert connection.in_transaction
        self.told += [(host, f"seen {which}") for which in ids]

    def answered(self, host: int, answer: Answer, envelope: bytes, connection: Connection) -> Taken:
        assert connection.in_transaction
        if answer.question not in {question.id for question in self.questions}:
            return "never-asked"
        if answer.question in self.known:
            return "known"
        self.known.add(answer.question)
        self.told.append((host, f"{answer.question} {answer.outcome.ended} {len(envelope)}"))
        return "stored"


class Site:
    """One collector's ingest, called without a network."""

    def __init__(self, data: Path, proxies: Proxies) -> None:
        self.data = data
        self.now = BEGAN
        self.offers = Asked()
        self.terms = Terms()
        self.audited: list[tuple[str, str, str]] = []
        self.woken = 0
        self.depth = 2_048
        self.proxies = proxies
        self.keys = keys.load(data / "keys")
        self.open()

    def open(self) -> None:
        """Starts, as after a restart: what is in memory comes from the database alone."""
        self.database = Database.open(self.data / "farmwatch.db")
        key = self.database.write_now(lambda connection: reports.body_key(connection, os.urandom))
        self.memory = Memory()
        with self.database.reading() as connection:
            self.memory.load(connection)
        self.ingest = Ingest(
            Parts(
                database=self.database,
                memory=self.memory,
                keys=self.keys,
                body_id=reports.body_ids(key),
                offers=self.offers,
                terms=lambda: self.terms,
                clock=lambda: self.now,
                random=lambda count: bytes(range(count)),
                wake=self._wake,
                audit=lambda *line: self.audited.append(line),
                proxies=self.proxies,
                depth=self.depth,
            )
        )

    def _wake(self) -> None:
        self.woken += 1

    def restart(self) -> None:
        """Ends and starts again."""
        self.database.close()
        self.open()

    def enrolled(self, seed: int = 1) -> Laptop:
        """A laptop that is a host."""
        laptop = Laptop.seeded(seed, 0)
        self.enrol(laptop, f"01950000-0000-7000-8000-{seed:012}")
        return laptop

    def enrol(self, laptop: Laptop, host_id: str) -> None:
        """Makes a laptop a host."""
        laptop.n = self.database.write_now(
            lambda connection: add_host(connection, host_id, laptop.public_key, 0),
            lambda n: self.memory.add(n, laptop.public_key),
        )

    def token(self, secret: str = "secret", uses: int = 1, network: str = "") -> None:
        """Makes an enrolment token that holds for a day."""
        self.database.write_now(
            lambda connection: put_enrolment_token(
                connection,
                hashed(secret),
                uses=uses,
                network=network,
                by="test",
                now=self.now,
                expires_at=self.now + timedelta(days=1),
            )
        )

    def send(self, *lines: bytes, **more: Any) -> Said:
        """Sends a call with reports."""
        return self.post("/v1/reports", b"\n".join(lines) + b"\n", **more)

    def post(
        self,
        path: str,
        body: bytes,
        *,
        date: datetime | None = None,
        headers: dict[str, str] | None = None,
        peer: str = "192.0.2.7",
        pieces: int = 1,
    ) -> Said:
        """Makes one call; `date` is the sender's clock, ours if none is given."""
        when = {"date": format_datetime(date or self.now, usegmt=True)}
        call = self.call(path, body, {**when, **(headers or {})}, peer=peer, pieces=pieces)
        return asyncio.run(call)

    async def call(
        self,
        path: str,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        peer: str = "192.0.2.7",
        pieces: int = 1,
    ) -> Said:
        """As `post`, in a loop that runs."""
        given = {"content-length": str(len(body)), **(headers or {})}
        scope: Message = {
            "type": "http",
            "method": "POST",
            "path": path,
            "client": (peer, 4711),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        step = max(1, -(-len(body) // pieces))
        parts = [body[at : at + step] for at in range(0, len(body), step)] or [b""]
        sent: list[Message] = []

        async def receive() -> Message:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.ingest.application(scope, receive, send)
        start, end = sent
        return Said(
            start["status"],
            {name.decode(): value.decode() for name, value in start["headers"]},
            json.loads(end["body"]),
        )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.database.reading() as connection:
            return connection.execute(query, values).fetchall()

    def intervals(self, kinds: str = "%") -> list[tuple[str, dict[str, Any], int, int | None]]:
        """All intervals of rows of some kinds: sensor, row, since, until."""
        found = self.rows(
            "SELECT sensor, content, since, until FROM interval JOIN body ON body.id = body"
            " WHERE interval.kind LIKE ? ORDER BY interval.id",
            kinds,
        )
        return [(sensor, json.loads(row), since, until) for sensor, row, since, until in found]


@pytest.fixture
def proxies() -> Proxies:
    """No proxy is trusted."""
    return Proxies()


@pytest.fixture
def site(tmp_path: Path, proxies: Proxies) -> Iterator[Site]:
    """A site with nobody enrolled."""
    made = Site(tmp_path, proxies)
    yield made
    made.database.close()
