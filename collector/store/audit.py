"""The audit log: each read of evidence and each change, appended and never touched again."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from collector.store.statement import compiled
from collector.store.tables import audit
from collector.store.times import millis, moment


@dataclass(frozen=True)
class Deed:
    """What someone did. did: read.host, policy.put, ...; subject: of or to what."""

    at: datetime
    who: str
    role: str
    address: str
    did: str
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the log: its number and the deed."""

    n: int
    at: datetime
    who: str
    role: str
    address: str
    did: str
    subject: str
    detail: str


_COLUMNS = ("at", "who", "role", "address", "did", "subject", "detail")
_INSERT = compiled(insert(audit).values({name: bindparam(name) for name in _COLUMNS}))
_BEFORE = compiled(
    select(audit)
    .where(audit.c.n < bindparam("before"))
    .order_by(audit.c.n.desc())
    .limit(bindparam("limit"))
)


def record(connection: sqlite3.Connection, deed: Deed) -> None:
    """Appends one line."""
    connection.execute(
        _INSERT,
        {
            "at": millis(deed.at),
            "who": deed.who,
            "role": deed.role,
            "address": deed.address,
            "did": deed.did,
            "subject": deed.subject,
            "detail": deed.detail,
        },
    )


def entries(connection: sqlite3.Connection, before: int, limit: int) -> tuple[Entry, ...]:
    """The lines numbered below `before`, newest first."""
    found = connection.execute(_BEFORE, {"before": before, "limit": limit})
    return tuple(Entry(n, moment(at), *rest) for n, at, *rest in found)
