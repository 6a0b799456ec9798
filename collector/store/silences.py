"""Silence in the store: hosts that were not heard of, and the ticks of the journal."""

from sqlite3 import Connection

from sqlalchemy import bindparam, insert, select

from collector.store.statement import ordered
from collector.store.tables import host, host_hot, interval, journal

LAST = 2**62
"""Beyond every host's number."""

_TICK = ordered(insert(journal).values(at=bindparam("at"), cause="tick"), "at")
_ANYBODY = ordered(
    select(host_hot.c.n).where(host_hot.c.seen >= bindparam("since")).limit(1), "since"
)
_NTH = ordered(
    select(host_hot.c.n)
    .where(host_hot.c.n > bindparam("after"))
    .order_by(host_hot.c.n)
    .limit(1)
    .offset(bindparam("many")),
    "after",
    "many",
)
_OPEN = (
    select(interval.c.id)
    .where(
        interval.c.host == host_hot.c.n,
        interval.c.until.is_(None),
        interval.c.kind == "report.silence",
    )
    .exists()
)
_UNHEARD = ordered(
    select(host_hot.c.n, host_hot.c.seen)
    .join_from(host_hot, host, host.c.n == host_hot.c.n)
    .where(
        host_hot.c.n > bindparam("after"),
        host_hot.c.n <= bindparam("last"),
        host_hot.c.seen > 0,
        host_hot.c.seen < bindparam("before"),
        host.c.revoked_at.is_(None),
        ~_OPEN,
    )
    .order_by(host_hot.c.n),
    "after",
    "last",
    "before",
)
_SEEN = ordered(select(host_hot.c.seen).where(host_hot.c.n == bindparam("host")), "host")
_SAID = ordered(
    select(interval.c.id).where(
        interval.c.host == bindparam("host"),
        interval.c.until.is_(None),
        interval.c.kind == bindparam("kind"),
    ),
    "host",
    "kind",
)


def tick(connection: Connection, at: int) -> None:
    """A tick in the journal."""
    connection.execute(_TICK, (at,))


def anybody_since(connection: Connection, since: int) -> bool:
    """Whether any host was heard of since then."""
    return connection.execute(_ANYBODY, (since,)).fetchone() is not None


def last_of_slice(connection: Connection, after: int, many: int) -> int:
    """The number of the last of so many hosts after one; LAST when there are fewer."""
    found = connection.execute(_NTH, (after, many - 1)).fetchone()
    return int(found[0]) if found else LAST


def unheard(connection: Connection, after: int, last: int, before: int) -> list[tuple[int, int]]:
    """Hosts of a slice that were last heard of before then and are not yet called silent."""
    return connection.execute(_UNHEARD, (after, last, before)).fetchall()


def may_be_said(connection: Connection, host: int, seen: int, kind: str) -> bool:
    """Whether the host is still as it was read: not heard of since, and not yet called silent."""
    found = connection.execute(_SEEN, (host,)).fetchone()
    if found is None or found[0] != seen:
        return False
    return connection.execute(_SAID, (host, kind)).fetchone() is None
