"""Questions, as ingest sees them: offered in each reply, seen, answered."""

from sqlite3 import Connection
from typing import Literal, Protocol

from wire.question import Answer, Question

Taken = Literal["stored", "known", "never-asked"]
"""What became of an answer."""


class Offers(Protocol):
    """The questions that wait for each host.

    `offered` is called in the event loop and may not block; the others run in the writing thread,
    inside the transaction that stores what they are told.
    """

    def offered(self, host: int) -> tuple[Question, ...]:
        """The questions that go out with the next reply to this host."""

    def seen(self, host: int, ids: tuple[str, ...], connection: Connection) -> None:
        """The host says that it has these questions."""

    def answered(self, host: int, answer: Answer, envelope: bytes, connection: Connection) -> Taken:
        """The host answers; `envelope` is the signed answer as it came."""


class NoOffers:
    """Nobody asks anything."""

    def offered(self, host: int) -> tuple[Question, ...]:
        """No questions."""
        del host
        return ()

    def seen(self, host: int, ids: tuple[str, ...], connection: Connection) -> None:
        """Nothing was asked, so nothing is noted."""
        del host, ids, connection

    def answered(self, host: int, answer: Answer, envelope: bytes, connection: Connection) -> Taken:
        """Nothing was asked."""
        del host, answer, envelope, connection
        return "never-asked"
