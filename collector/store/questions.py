"""Questions in the store: what was asked of which hosts, and what each has answered."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from collector.store.statement import compiled
from collector.store.tables import asked, host, question
from collector.store.times import millis, moment, moment_or_none


@dataclass(frozen=True)
class Asking:
    """A question as it was asked."""

    id: str
    at: datetime
    by: str
    role: str
    sensor: str
    reason: str
    expires_at: datetime


@dataclass(frozen=True)
class Open:
    """A question that one host has not answered yet; seen: the agent has said that it has it."""

    id: str
    host: int
    sensor: str
    expires_at: datetime
    sent: bool
    seen: bool


@dataclass(frozen=True)
class Asked:
    """How far a question has come with one host; envelope: the signed answer as JSON."""

    question: Asking
    host_id: str
    host_name: str
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    envelope: bytes | None


_QUESTION = (
    question.c.id,
    question.c.at,
    question.c.by,
    question.c.role,
    question.c.sensor,
    question.c.reason,
    question.c.expires_at,
)
_ASKED = (
    host.c.host_id,
    host.c.name,
    asked.c.sent_at,
    asked.c.seen_at,
    asked.c.answered_at,
    asked.c.envelope,
)
_TOGETHER = (
    select(*_QUESTION, *_ASKED)
    .join_from(asked, question, question.c.id == asked.c.question)
    .join(host, host.c.n == asked.c.host)
)
_OF_QUESTION = compiled(_TOGETHER.where(question.c.id == bindparam("id")).order_by(host.c.n))
_OF_HOST = compiled(
    _TOGETHER.where(asked.c.host == bindparam("host"))
    .order_by(question.c.id.desc())
    .limit(bindparam("limit"))
)
_OPEN = compiled(
    select(
        asked.c.question,
        asked.c.host,
        question.c.sensor,
        question.c.expires_at,
        asked.c.sent_at,
        asked.c.seen_at,
    )
    .join_from(asked, question, question.c.id == asked.c.question)
    .where(asked.c.answered_at.is_(None), question.c.expires_at > bindparam("now"))
    .order_by(asked.c.question, asked.c.host)
)
_PUT_QUESTION = compiled(insert(question).values({c.name: bindparam(c.name) for c in _QUESTION}))
_PUT_ASKED = compiled(insert(asked).values(question=bindparam("question"), host=bindparam("host")))
_THIS = (asked.c.question == bindparam("which"), asked.c.host == bindparam("whom"))
_SENT = compiled(
    update(asked).where(*_THIS, asked.c.sent_at.is_(None)).values(sent_at=bindparam("now"))
)
_SEEN = compiled(
    update(asked).where(*_THIS, asked.c.seen_at.is_(None)).values(seen_at=bindparam("now"))
)
_ANSWERED = compiled(
    update(asked)
    .where(*_THIS, asked.c.answered_at.is_(None))
    .values(answered_at=bindparam("now"), envelope=bindparam("envelope"))
)
_WAS_ASKED = compiled(select(asked.c.answered_at).where(*_THIS))


def put(connection: sqlite3.Connection, asking: Asking, hosts: Iterable[int]) -> None:
    """Keeps a question to some hosts, by their numbers."""
    connection.execute(
        _PUT_QUESTION,
        {
            "id": asking.id,
            "at": millis(asking.at),
            "by": asking.by,
            "role": asking.role,
            "sensor": asking.sensor,
            "reason": asking.reason,
            "expires_at": millis(asking.expires_at),
        },
    )
    connection.executemany(_PUT_ASKED, [{"question": asking.id, "host": n} for n in hosts])


def unanswered(connection: sqlite3.Connection, now: datetime) -> tuple[Open, ...]:
    """Every question that a host may still answer, oldest first."""
    return tuple(
        Open(which, n, sensor, moment(expires), sent is not None, seen is not None)
        for which, n, sensor, expires, sent, seen in connection.execute(_OPEN, {"now": millis(now)})
    )


def of_question(connection: sqlite3.Connection, id: str) -> tuple[Asked, ...]:
    """How far a question has come with each host."""
    return tuple(map(_asked, connection.execute(_OF_QUESTION, {"id": id})))


def of_host(connection: sqlite3.Connection, n: int, limit: int) -> tuple[Asked, ...]:
    """The newest questions to one host."""
    return tuple(map(_asked, connection.execute(_OF_HOST, {"host": n, "limit": limit})))


def mark_sent(connection: sqlite3.Connection, id: str, n: int, now: datetime) -> None:
    """The question rode in a reply to this host for the first time."""
    connection.execute(_SENT, {"which": id, "whom": n, "now": millis(now)})


def mark_seen(connection: sqlite3.Connection, id: str, n: int, now: datetime) -> None:
    """The agent has listed the question as seen."""
    connection.execute(_SEEN, {"which": id, "whom": n, "now": millis(now)})


def answer(
    connection: sqlite3.Connection, id: str, n: int, envelope: bytes, now: datetime
) -> bool | None:
    """Keeps a host's signed answer: True when it is the first, None when it was never asked."""
    values = {"which": id, "whom": n, "now": millis(now), "envelope": envelope}
    if connection.execute(_ANSWERED, values).rowcount == 1:
        return True
    was_asked = connection.execute(_WAS_ASKED, {"which": id, "whom": n}).fetchone()
    return False if was_asked else None


def _asked(found: tuple[Any, ...]) -> Asked:
    which, at, by, role, sensor, reason, expires, *rest = found
    host_id, name, sent, seen, answered, envelope = rest
    return Asked(
        question=Asking(which, moment(at), by, role, sensor, reason, moment(expires)),
        host_id=host_id,
        host_name=name,
        sent_at=moment_or_none(sent),
        seen_at=moment_or_none(seen),
        answered_at=moment_or_none(answered),
        envelope=envelope,
    )
