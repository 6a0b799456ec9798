"""The questions that wait for each host, in memory; what happens to them is in the store."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from threading import Lock

from collector.ingest.offers import Taken
from collector.store import questions as store
from wire.question import Answer, Question

MOST_AT_ONCE = 16
"""So many questions ride in one reply; the others wait for the next."""

Write = Callable[[Callable[[Connection], None]], object]
"""Hands a job to the writing thread and does not wait for it."""


@dataclass(frozen=True)
class _Waiting:
    id: str
    sensor: str
    expires_at: datetime
    sent: bool = False


class OpenQuestions:
    """Offers each open question in every reply until the host says that it has it.

    The event loop offers, the writing thread takes away.
    """

    def __init__(self, clock: Callable[[], datetime], write: Write) -> None:
        self._clock = clock
        self._write = write
        self._lock = Lock()
        self._waiting: dict[int, tuple[_Waiting, ...]] = {}

    def load(self, connection: Connection) -> None:
        """Takes up the questions that were open when the collector last ended."""
        for one in store.unanswered(connection, self._clock()):
            if not one.seen:
                self._put(one.host, _Waiting(one.id, one.sensor, one.expires_at, one.sent))

    def ask(self, asking: store.Asking, hosts: Iterable[int]) -> None:
        """Offers a question from now on; it is in the store already."""
        for n in hosts:
            self._put(n, _Waiting(asking.id, asking.sensor, asking.expires_at))

    def offered(self, host: int) -> tuple[Question, ...]:
        """The questions that go out with the next reply to this host."""
        if host not in self._waiting:
            return ()
        now = self._clock()
        with self._lock:
            current = [one for one in self._waiting.get(host, ()) if now < one.expires_at]
            going, later = current[:MOST_AT_ONCE], current[MOST_AT_ONCE:]
            sent = [_Waiting(one.id, one.sensor, one.expires_at, sent=True) for one in going]
            self._keep(host, (*sent, *later))
        self._note([one.id for one in going if not one.sent], host, now)
        return tuple(
            Question(id=one.id, sensor=one.sensor, expires_in_s=_seconds(one.expires_at - now))
            for one in going
        )

    def seen(self, host: int, ids: tuple[str, ...], connection: Connection) -> None:
        """The host says that it has these questions."""
        for which in ids:
            store.mark_seen(connection, which, host, self._clock())
        self._forget(host, ids)

    def answered(self, host: int, answer: Answer, envelope: bytes, connection: Connection) -> Taken:
        """The host answers; the first answer stays."""
        first = store.answer(connection, answer.question, host, envelope, self._clock())
        if first is None:
            return "never-asked"
        self._forget(host, (answer.question,))
        return "stored" if first else "known"

    def _note(self, ids: list[str], host: int, now: datetime) -> None:
        def job(connection: Connection) -> None:
            for which in ids:
                store.mark_sent(connection, which, host, now)

        if ids:
            self._write(job)

    def _put(self, host: int, one: _Waiting) -> None:
        with self._lock:
            self._keep(host, (*self._waiting.get(host, ()), one))

    def _forget(self, host: int, ids: Iterable[str]) -> None:
        gone = frozenset(ids)
        with self._lock:
            left = [one for one in self._waiting.get(host, ()) if one.id not in gone]
            self._keep(host, tuple(left))

    def _keep(self, host: int, waiting: tuple[_Waiting, ...]) -> None:
        if waiting:
            self._waiting[host] = waiting
        else:
            self._waiting.pop(host, None)


def _seconds(left: timedelta) -> int:
    return max(1, int(left.total_seconds()))
