"""The daily purge: retention's slices one after another, with room for ingest between them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from collector.policy import Policy
from collector.store import retention
from collector.store.retention import Counts, Hosts, Marks
from collector.store.silences import LAST
from collector.stream import Store
from collector.stream.book import Book

LIMIT = 2_000
HOSTS = 2_000
DAY_S = 86_400.0
VACUUM_PAGES = 1_000


class Purge:
    """Deletes what is too old: `run` once a day until it is cancelled, or `once`."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        limit: int = LIMIT,
        hosts: int = HOSTS,
        interval_s: float = DAY_S,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limit = limit
        self._hosts = hosts
        self._interval_s = interval_s
        self._book = Book()
        self.deleted = Counts()

    async def run(self) -> None:
        """Purges once a day, for ever."""
        while True:
            await self.once()
            await asyncio.sleep(self._interval_s)

    async def once(self) -> Counts:
        """One purge of everything; how much it deleted."""
        now = self._clock()
        with self._store.reading() as connection:
            policy = self._book.at(connection, LAST)
            last = retention.last_host(connection)
        counts = await self._ended(now, policy, last)
        counts += Counts(journal=await self._journal(now, policy))
        counts += Counts(bodies=await self._bodies(now))
        await self._vacuum()
        self.deleted += counts
        return counts

    async def _ended(self, now: datetime, policy: Policy, last: int) -> Counts:
        counts = Counts()
        for after in range(0, last + 1, self._hosts):
            hosts = Hosts(after, after + self._hosts)
            while True:
                part = await self._store.write(
                    partial(retention.purge, now=now, policy=policy, limit=self._limit, hosts=hosts)
                )
                counts += part
                await asyncio.sleep(0)
                if part.most < self._limit:
                    break
        return counts

    async def _journal(self, now: datetime, policy: Policy) -> int:
        job = partial(retention.purge_journal, now=now, policy=policy, limit=self._limit)
        deleted, after = 0, 0
        while (passed := await self._store.write(partial(job, after=after))) is not None:
            deleted, after = deleted + passed.deleted, passed.last
            await asyncio.sleep(0)
        return deleted

    async def _bodies(self, now: datetime) -> int:
        with self._store.reading() as connection:
            marks = Marks(connection, now.toordinal())
        while self._mark(marks):  # noqa: ASYNC110 -- it lets ingest go first
            await asyncio.sleep(0)
        deleted, after = 0, 0
        drop = partial(marks.drop, limit=self._limit)
        while (passed := await self._store.write(partial(drop, after=after))) is not None:
            deleted, after = deleted + passed.deleted, passed.last
            await asyncio.sleep(0)
        return deleted

    def _mark(self, marks: Marks) -> bool:
        with self._store.reading() as connection:
            return marks.mark(connection, self._limit)

    async def _vacuum(self) -> None:
        while await self._store.write(_vacuum):  # noqa: ASYNC110 -- it lets ingest go first
            await asyncio.sleep(0)


def _vacuum(connection: Connection) -> bool:
    connection.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
    free = connection.execute("PRAGMA freelist_count").fetchone()
    auto = connection.execute("PRAGMA auto_vacuum").fetchone()
    return bool(auto[0] == 2 and free[0] > VACUUM_PAGES)
