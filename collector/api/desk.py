"""The desk: what every call is handed, and the log of who did what."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import TypeVar

from collector.ingest.forwarded import Proxies
from collector.ingest.limiter import OncePerMinute
from collector.store import audit
from collector.store.database import Database
from collector.tokens import Randomness, Role

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Who:
    """Someone with a token. address: from where, as far as trusted proxies tell."""

    token: int
    name: str
    role: Role
    address: str


class Desk:
    """The database, the time, randomness, and whose word on addresses is believed."""

    def __init__(
        self, database: Database, clock: Clock, random: Randomness, proxies: Proxies
    ) -> None:
        self.database = database
        self.clock = clock
        self.random = random
        self.proxies = proxies
        self._complaints = OncePerMinute()

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Runs a job that only reads, beside the event loop."""
        return await asyncio.to_thread(self._read, job)

    def _read(self, job: Callable[[Connection], T]) -> T:
        with self.database.reading() as connection:
            return job(connection)

    async def note(self, who: Who, did: str, subject: str, detail: str = "") -> None:
        """Writes a deed down; it is on the disk before its result is told."""
        deed = self._deed(who, did, subject, detail)
        await self.database.write(lambda connection: audit.record(connection, deed))

    async def change(
        self,
        job: Callable[[Connection], T],
        who: Who,
        did: str,
        *,
        subject: Callable[[T], str],
        detail: str = "",
        then: Callable[[T], None] | None = None,
    ) -> T:
        """Runs a job that writes, together with the line that says who did it, and to what.

        then: told the result in the writing thread, after the commit.
        """

        def both(connection: Connection) -> T:
            result = job(connection)
            audit.record(connection, self._deed(who, did, subject(result), detail))
            return result

        return await self.database.write(both, then)

    async def complain(self, address: str, path: str) -> None:
        """Notes that someone unknown was refused: one line for each address and minute."""
        now = self.clock()
        if self._complaints.allows(address, now.timestamp()):
            deed = audit.Deed(now, "-", "-", address, "refused", path)
            await self.database.write(lambda connection: audit.record(connection, deed))

    def _deed(self, who: Who, did: str, subject: str, detail: str) -> audit.Deed:
        return audit.Deed(
            self.clock(), who.name, who.role.name, who.address, did, subject, detail[:500]
        )
