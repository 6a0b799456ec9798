"""The stream: the journal read from a committed cursor, each entry judged as of its own number."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from sqlite3 import Connection
from typing import Protocol, TypeVar

T = TypeVar("T")


class Store(Protocol):
    """What the judge needs of a database: to read, and to have a job done in one transaction."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that only reads, with one consistent view."""

    def write(self, job: Callable[[Connection], T]) -> Awaitable[T]:
        """Runs the job in a transaction; resolves when it is on the disk."""


class InlineStore:
    """One connection and no thread: for tests, and for whoever judges a store alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.jobs = 0

    def reading(self) -> AbstractContextManager[Connection]:
        """The connection itself."""
        return nullcontext(self._connection)

    async def write(self, job: Callable[[Connection], T]) -> T:
        """Runs the job at once."""
        self.jobs += 1
        with self._connection:
            return job(self._connection)
