"""Policy in the store: every version that was ever in force, and the agents' signed part of it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from collector.store.statement import compiled
from collector.store.tables import journal, policy
from collector.store.times import millis, moment


@dataclass(frozen=True)
class Version:
    """One version. text: the YAML as given; agent: the agents' part, a signed envelope as JSON."""

    n: int
    at: datetime
    text: str
    etag: str
    agent: bytes
    agent_etag: str
    by: str


@dataclass(frozen=True)
class Draft:
    """A version that is not stored yet."""

    text: str
    etag: str
    agent: bytes
    agent_etag: str
    by: str


_LATEST = compiled(select(policy).order_by(policy.c.n.desc()).limit(1))
_AS_OF = compiled(
    select(policy).where(policy.c.n <= bindparam("n")).order_by(policy.c.n.desc()).limit(1)
)
_AGENT = compiled(
    select(policy.c.agent)
    .where(policy.c.agent_etag == bindparam("etag"))
    .order_by(policy.c.n.desc())
    .limit(1)
)
_COLUMNS = ("n", "at", "text", "etag", "agent", "agent_etag", "by")
_PUT = compiled(insert(policy).values({name: bindparam(name) for name in _COLUMNS}))
_JOURNAL = compiled(insert(journal).values(at=bindparam("at"), cause="policy"))


def latest(connection: sqlite3.Connection) -> Version | None:
    """The version in force, if there ever was one."""
    return _version(connection.execute(_LATEST).fetchone())


def as_of(connection: sqlite3.Connection, n: int) -> Version | None:
    """The version in force at journal entry n, if there was one."""
    return _version(connection.execute(_AS_OF, {"n": n}).fetchone())


def agent_part(connection: sqlite3.Connection, agent_etag: str) -> bytes | None:
    """The signed envelope that agents ask for by its etag."""
    found = connection.execute(_AGENT, {"etag": agent_etag}).fetchone()
    return bytes(found[0]) if found else None


def put(connection: sqlite3.Connection, draft: Draft, now: datetime) -> None:
    """Stores a new version, numbered as the journal entry that says so: judged and replayed."""
    n = connection.execute(_JOURNAL, {"at": millis(now)}).lastrowid
    connection.execute(
        _PUT,
        {
            "n": n,
            "at": millis(now),
            "text": draft.text,
            "etag": draft.etag,
            "agent": draft.agent,
            "agent_etag": draft.agent_etag,
            "by": draft.by,
        },
    )


def _version(found: tuple[Any, ...] | None) -> Version | None:
    if found is None:
        return None
    n, at, *rest = found
    return Version(n, moment(at), *rest)
