"""The ticker: one tick a minute as a journal entry, and a row for a host that has fallen silent.

A collector that was away would find every host silent, so it first waits until those that live have
had the time to report; and it calls nobody silent while nobody else reports.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from collector.ingest.rows import Silence
from collector.store import reports, silences
from collector.store.times import millis, moment
from collector.stream import Store
from collector.stream.book import Book
from wire.row import encode_row, kind_of

SLICE = 20_000
"""Hosts that are looked at in one tick; the next tick goes on where this one ended."""
GRACE = timedelta(hours=1)
"""Longer than any agent waits between two attempts."""


@dataclass(frozen=True)
class Rhythm:
    """How often it ticks, and how long it waits before it calls anybody silent."""

    interval_s: float = 60.0
    grace: timedelta = GRACE
    slice: int = SLICE


class Ticker:
    """Ticks until it is cancelled. body_id: names a row by its bytes; told: called after a tick."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        body_id: Callable[[bytes], int],
        told: Callable[[], None],
        rhythm: Rhythm | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._body_id = body_id
        self._told = told
        self._rhythm = rhythm or Rhythm()
        self._book = Book()
        self._started = clock()
        self._after = 0

    async def run(self) -> None:
        """Ticks for ever."""
        while True:
            await asyncio.sleep(self._rhythm.interval_s)
            await self.tick()

    async def tick(self) -> None:
        """One tick, and the silences of one slice of the hosts."""
        now = self._clock()
        silent = self._silent(now)

        def job(connection: Connection) -> None:
            for host, seen in silent:
                self._say(connection, host, seen, now)
            silences.tick(connection, millis(now))

        await self._store.write(job)
        self._told()

    def _silent(self, now: datetime) -> list[tuple[int, int]]:
        if now - self._started < self._rhythm.grace:
            return []
        with self._store.reading() as connection:
            if not silences.anybody_since(connection, millis(now - self._rhythm.grace)):
                return []
            days = self._book.at(connection, silences.LAST).silent_days
            before = millis(now - timedelta(days=days))
            last = silences.last_of_slice(connection, self._after, self._rhythm.slice)
            found = silences.unheard(connection, self._after, last, before)
        self._after = last if last < silences.LAST else 0
        return found

    def _say(self, connection: Connection, host: int, seen: int, now: datetime) -> None:
        kind = kind_of(Silence(since=""))
        if not silences.may_be_said(connection, host, seen, kind):
            return
        row = Silence(since=f"{moment(seen):%Y-%m-%dT%H:%MZ}")
        content = bytes(encode_row(row))
        at = millis(now)
        n = reports.append(connection, (at, "silence", host, "", 0, "", None))
        reports.begin(connection, host, [("", self._body_id(content), kind, content)], n, at)
