"""The one place where the collector is put together: what is built, with what, in which order."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from collector import keys
from collector.api import application, problem
from collector.api.desk import Desk
from collector.dashboard.sessions import Sessions
from collector.detectors import detectors
from collector.ingest.application import Ingest
from collector.ingest.application import Parts as IngestParts
from collector.ingest.forwarded import Proxies
from collector.policies import SHIPPED, Policies
from collector.questions.offers import OpenQuestions
from collector.store import policies as stored
from collector.store import reports
from collector.store.audit import Deed, record
from collector.store.database import Database, StoreFault
from collector.store.memory import Memory
from collector.stream.judge import Judge
from collector.stream.judging import Panel
from collector.stream.purge import Purge
from collector.stream.ticker import Rhythm, Ticker
from collector.tokens import Randomness
from signatures import pack

KEEP_ALIVE_S = 75
GRACE_S = 3
AGAIN_S = 5.0

Clock = Callable[[], datetime]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    """A policy page as it was read. name: of its file."""

    name: str
    text: str


@dataclass(frozen=True)
class Settings:
    """What the operator decides at start. policy: none keeps the version in force."""

    data: Path
    policy: Page | None = None
    proxies: Proxies = field(default_factory=Proxies)
    tick_s: float = 60.0


@dataclass(frozen=True)
class Tls:
    """The files of a certificate and its key."""

    certificate: Path
    key: Path


def database_of(data: Path) -> Database:
    """The database in a data directory."""
    return Database.open(data / "farmwatch.sqlite")


class Collector:
    """Everything of one process, put together and ready to serve; `close` it in the end."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, random: Randomness):
        self.database = database
        self._clock = clock
        held = keys.load(settings.data / "keys", random)
        signatures = pack.load()
        tools = [signature.id for signature in signatures.signatures]
        body_id = reports.body_ids(
            database.write_now(lambda connection: reports.body_key(connection, random))
        )
        memory, questions = Memory(), OpenQuestions(clock, database.write)
        with database.reading() as connection:
            memory.load(connection)
            questions.load(connection)
        self.policies = policies = Policies(held.sign_policy, tools, signatures.digest)
        self._import(policies, settings.policy)
        self.judge = Judge(database, Panel(detectors()))
        self.ingest = Ingest(
            IngestParts(
                database=database,
                memory=memory,
                keys=held,
                body_id=body_id,
                offers=questions,
                terms=lambda: policies.terms,
                clock=clock,
                random=random,
                wake=self.judge.wake,
                audit=self._audit,
                proxies=settings.proxies,
            )
        )
        self.site = application.build(
            application.Parts(
                desk=Desk(database, clock, random, settings.proxies),
                policies=policies,
                questions=questions,
                memory=memory,
                sessions=Sessions(clock, random),
            )
        )
        rhythm = Rhythm(interval_s=settings.tick_s)
        self._ticker = Ticker(database, clock, body_id, self.judge.wake, rhythm)
        self._purge = Purge(database, clock)

    def _import(self, policies: Policies, page: Page | None) -> None:
        with self.database.reading() as connection:
            version = stored.latest(connection)
        if page is not None or version is None:
            text, name = (page.text, page.name) if page else (SHIPPED, "policy.yaml")
            draft, now = policies.draft(text, "serve", name), self._clock()
            version = self.database.write_now(
                lambda connection: policies.put(connection, draft, now)
            )
        policies.apply(version)

    def _audit(self, address: str, did: str, detail: str) -> None:
        deed = Deed(self._clock(), "agent", "-", address, did, "", detail)
        self.database.write(lambda connection: record(connection, deed))

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The agents' calls go to ingest, everything else to the site."""
        if scope["type"] != "http" or scope["path"] not in Ingest.PATHS:
            await self.site(scope, receive, send)  # type: ignore[arg-type]
        elif scope["method"] == "POST":
            await self.ingest.application(scope, receive, send)
        else:
            await _not_allowed(send)

    async def serve(self, listening: socket.socket, tls: Tls | None, ending: asyncio.Event) -> bool:
        """Serves until `ending` is set; whether it ended because it was asked to."""
        server = _Server(
            uvicorn.Config(
                self.application,
                interface="asgi3",
                http="httptools",
                loop="none",
                lifespan="off",
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=GRACE_S,
                proxy_headers=False,
                server_header=False,
                access_log=False,
                log_config=None,
                backlog=2048,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )
        tasks = [
            asyncio.create_task(_forever(name, run))
            for name, run in (
                ("judge", self.judge.run),
                ("ticker", self._ticker.run),
                ("purge", self._purge.run),
            )
        ]
        asked = asyncio.create_task(ending.wait())
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await asyncio.wait([asked, serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        clean = asked.done()
        server.should_exit = True
        await serving
        for task in (asked, *tasks):
            task.cancel()
        await asyncio.gather(asked, *tasks, return_exceptions=True)
        return clean

    def close(self) -> None:
        """Writes what waits and lets go of the database."""
        self.database.close()


class _Server(uvicorn.Server):
    """uvicorn, which leaves signals to whoever embeds it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _forever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Runs a task again when the store failed it; any other fault ends the process."""
    while True:
        try:
            await run()
        except StoreFault as fault:
            log.error("waits for the store", task=name, why=str(fault))  # noqa: TRY400 -- said whole
            await asyncio.sleep(AGAIN_S)
        except Exception:
            log.exception("ended by a fault", task=name)
            raise


async def _not_allowed(send: Send) -> None:
    body = problem.document(405, "this call is made with POST")
    headers = [
        (b"content-type", problem.CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"allow", b"POST"),
    ]
    await send({"type": "http.response.start", "status": 405, "headers": headers})
    await send({"type": "http.response.body", "body": body})
