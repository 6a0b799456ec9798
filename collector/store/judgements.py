"""Judgements in the store: what the judge reads of a host, and what it writes.

Claims are named by host, detector and about, verdicts by host; so nothing here needs an id that the
database has not given yet, and one job may hold many entries of one host, in order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from sqlite3 import Connection

from sqlalchemy import bindparam, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from collector.store.statement import ordered
from collector.store.tables import (
    body,
    claim,
    cursor,
    due,
    finding,
    host,
    interval,
    journal,
    verdict,
)

READER = "judge"
Held = tuple[int, int, int, int | None, int, int | None]
"""An interval: id, body, since, until, since_at, until_at."""
Content = tuple[str, bytes]
"""A row's kind and its bytes."""
Name = tuple[str, str]
"""A claim's detector and what it is about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal; host: none for a tick or a policy. at: milliseconds."""

    n: int
    at: int
    cause: str
    host: int | None


@dataclass(slots=True)
class Standing:
    """How a host is judged so far: documents of open claims, and of its verdict; when it is due."""

    claims: dict[Name, bytes] = field(default_factory=dict)
    verdict: bytes | None = None
    due: int | None = None


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim that begins."""

    name: Name
    class_: str
    channel: str
    strength: str
    document: bytes


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """A verdict that begins, and ends the one before it."""

    level: str
    kind: str
    document: bytes


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding; host: none for one that is not about a single host."""

    host: int | None
    cause: str
    level: str
    document: bytes


@dataclass(slots=True)
class Change:
    """What one entry changes for one host. due: None leaves it, 0 takes it away."""

    entry: Entry
    host: int
    ended: list[Name] = field(default_factory=list)
    begun: list[NewClaim] = field(default_factory=list)
    verdict: NewVerdict | None = None
    findings: list[NewFinding] = field(default_factory=list)
    due: int | None = None


_CURSOR = ordered(select(cursor.c.n).where(cursor.c.reader == bindparam("reader")), "reader")
_PUT_CURSOR_ = upsert(cursor).values(reader=bindparam("reader"), n=bindparam("n"))
_PUT_CURSOR = ordered(
    _PUT_CURSOR_.on_conflict_do_update(
        index_elements=["reader"], set_={"n": _PUT_CURSOR_.excluded.n}
    ),
    "reader",
    "n",
)
_ENTRIES = ordered(
    select(journal.c.n, journal.c.at, journal.c.cause, journal.c.host)
    .where(journal.c.n > bindparam("after"))
    .order_by(journal.c.n)
    .limit(bindparam("limit")),
    "after",
    "limit",
)
_HELD = select(
    interval.c.id,
    interval.c.body,
    interval.c.since,
    interval.c.until,
    interval.c.since_at,
    interval.c.until_at,
)
_BODY = ordered(select(body.c.kind, body.c.content).where(body.c.id == bindparam("id")), "id")
_CLAIMS = ordered(
    select(claim.c.detector, claim.c.about, claim.c.document).where(
        claim.c.host == bindparam("host"), claim.c.until.is_(None)
    ),
    "host",
)
_VERDICT = ordered(
    select(verdict.c.document).where(
        verdict.c.host == bindparam("host"), verdict.c.until.is_(None)
    ),
    "host",
)
_DUE = ordered(select(due.c.at).where(due.c.host == bindparam("host")), "host")
_DUE_NOW = ordered(
    select(due.c.host)
    .where(due.c.at <= bindparam("at"))
    .order_by(due.c.at, due.c.host)
    .limit(bindparam("limit")),
    "at",
    "limit",
)
_HOSTS_AFTER = ordered(
    select(host.c.n)
    .where(host.c.n > bindparam("after"))
    .order_by(host.c.n)
    .limit(bindparam("limit")),
    "after",
    "limit",
)
_END_CLAIM = ordered(
    update(claim)
    .where(
        claim.c.host == bindparam("whose"),
        claim.c.until.is_(None),
        claim.c.detector == bindparam("by"),
        claim.c.about == bindparam("what"),
    )
    .values(until=bindparam("n"), until_at=bindparam("at")),
    "n",
    "at",
    "whose",
    "by",
    "what",
)
_CLAIM_COLUMNS = (
    "host", "detector", "about", "class", "channel", "strength", "document", "since", "since_at",
)  # fmt: skip
_BEGIN_CLAIM = ordered(
    insert(claim).values({name: bindparam(name) for name in _CLAIM_COLUMNS}), *_CLAIM_COLUMNS
)
_END_VERDICT = ordered(
    update(verdict)
    .where(verdict.c.host == bindparam("whose"), verdict.c.until.is_(None))
    .values(until=bindparam("n"), until_at=bindparam("at")),
    "n",
    "at",
    "whose",
)
_VERDICT_COLUMNS = ("host", "level", "kind", "document", "since", "since_at")
_BEGIN_VERDICT = ordered(
    insert(verdict).values({name: bindparam(name) for name in _VERDICT_COLUMNS}),
    *_VERDICT_COLUMNS,
)
_FINDING_COLUMNS = ("at", "host", "cause", "level", "document", "journal")
_PUT_FINDING = ordered(
    insert(finding).values({name: bindparam(name) for name in _FINDING_COLUMNS}),
    *_FINDING_COLUMNS,
)
_PUT_DUE_ = upsert(due).values(host=bindparam("host"), at=bindparam("at"))
_PUT_DUE = ordered(
    _PUT_DUE_.on_conflict_do_update(index_elements=["host"], set_={"at": _PUT_DUE_.excluded.at}),
    "host",
    "at",
)
_NOT_DUE = ordered(delete(due).where(due.c.host == bindparam("host")), "host")
_TOLD = ordered(
    select(finding.c.cause, finding.c.level, func.count())
    .where(finding.c.at >= bindparam("at"))
    .group_by(finding.c.cause, finding.c.level),
    "at",
)
_FIRST = ordered(select(host.c.enrolled_at).order_by(host.c.n).limit(1))
_HOSTS_BEFORE = ordered(
    select(host.c.n).where(host.c.enrolled_at < bindparam("at")).order_by(host.c.n.desc()).limit(1),
    "at",
)


def judged_to(connection: Connection) -> int:
    """The number of the last entry that was judged."""
    found = connection.execute(_CURSOR, (READER,)).fetchone()
    return int(found[0]) if found else 0


def entries(connection: Connection, after: int, limit: int) -> list[Entry]:
    """The entries after a number, in order."""
    return [Entry(*found) for found in connection.execute(_ENTRIES, (after, limit))]


class Rows:
    """A host's rows of the given kinds, and of any kind what an entry itself changed."""

    def __init__(self, kinds: Iterable[str]) -> None:
        of_kind = interval.c.kind.in_([literal_column(f"'{kind}'") for kind in sorted(kinds)])
        self._open = ordered(
            _HELD.where(
                interval.c.host == bindparam("host"),
                interval.c.until.is_(None),
                interval.c.since <= bindparam("n"),
                or_(interval.c.since == bindparam("same"), of_kind),
            ),
            "host",
            "n",
            "same",
        )
        self._ended = ordered(
            _HELD.where(
                interval.c.host == bindparam("host"),
                interval.c.until.is_not(None),
                or_(interval.c.until >= bindparam("n"), of_kind),
            ).order_by(interval.c.until_at.desc()),
            "host",
            "n",
        )
        self._began = ordered(
            select(interval.c.id)
            .where(
                interval.c.host == bindparam("host"),
                interval.c.until.is_(None),
                interval.c.since == bindparam("n"),
                of_kind,
            )
            .limit(1),
            "host",
            "n",
        )
        self._last = ordered(
            select(interval.c.since, interval.c.until)
            .where(interval.c.host == bindparam("host"), interval.c.until.is_not(None), of_kind)
            .order_by(interval.c.until_at.desc(), interval.c.until.desc()),
            "host",
        )

    def touched(self, connection: Connection, host: int, n: int) -> bool:
        """Whether entry n began or ended any row of these kinds."""
        if connection.execute(self._began, (host, n)).fetchone() is not None:
            return True
        for since, until in connection.execute(self._last, (host,)):
            if n in {since, until}:
                return True
            if until < n:
                break
        return False

    def open(self, connection: Connection, host: int, n: int) -> list[Held]:
        """Those that are in force now and were at entry n."""
        return connection.execute(self._open, (host, n, n)).fetchall()

    def ended(self, connection: Connection, host: int, n: int) -> Iterator[Held]:
        """Those that have ended, the last to end first; fetched as they are asked for."""
        return connection.execute(self._ended, (host, n))


def content(connection: Connection, body: int) -> Content:
    """A row's kind and its bytes."""
    kind, content = connection.execute(_BODY, (body,)).fetchone()
    return kind, bytes(content)


def standing(connection: Connection, host: int) -> Standing:
    """How a host is judged so far."""
    claims = {
        (detector, about): bytes(document)
        for detector, about, document in connection.execute(_CLAIMS, (host,))
    }
    judged = connection.execute(_VERDICT, (host,)).fetchone()
    at = connection.execute(_DUE, (host,)).fetchone()
    return Standing(claims, bytes(judged[0]) if judged else None, at[0] if at else None)


def due_hosts(connection: Connection, at: int, limit: int) -> list[int]:
    """Hosts that are to be judged again by now, the longest due first."""
    return [n for (n,) in connection.execute(_DUE_NOW, (at, limit))]


def hosts_after(connection: Connection, n: int, limit: int) -> list[int]:
    """The numbers of hosts after one, in order."""
    return [found for (found,) in connection.execute(_HOSTS_AFTER, (n, limit))]


def told_since(connection: Connection, at: int) -> dict[tuple[str, str], int]:
    """How many findings there were from a moment on, by cause and level."""
    return {(cause, level): many for cause, level, many in connection.execute(_TOLD, (at,))}


def first_enrolment(connection: Connection) -> int | None:
    """When the first host was enrolled."""
    found = connection.execute(_FIRST).fetchone()
    return int(found[0]) if found else None


def hosts_before(connection: Connection, at: int) -> int:
    """How many hosts were enrolled before a moment; their numbers are given without gaps."""
    found = connection.execute(_HOSTS_BEFORE, (at,)).fetchone()
    return int(found[0]) if found else 0


def apply(connection: Connection, changes: Iterable[Change], judged_to: int | None) -> None:
    """Writes what entries change, in order, and how far the journal is judged with it."""
    for change in changes:
        _apply(connection, change)
    if judged_to is not None:
        connection.execute(_PUT_CURSOR, (READER, judged_to))


def _apply(connection: Connection, change: Change) -> None:
    n, at, host = change.entry.n, change.entry.at, change.host
    for detector, about in change.ended:
        connection.execute(_END_CLAIM, (n, at, host, detector, about))
    for new in change.begun:
        values = (new.class_, new.channel, new.strength, new.document)
        connection.execute(_BEGIN_CLAIM, (host, *new.name, *values, n, at))
    if change.verdict is not None:
        judged = change.verdict
        connection.execute(_END_VERDICT, (n, at, host))
        values_ = (host, judged.level, judged.kind, judged.document, n, at)
        connection.execute(_BEGIN_VERDICT, values_)
    for told in change.findings:
        connection.execute(_PUT_FINDING, (at, told.host, told.cause, told.level, told.document, n))
    if change.due == 0:
        connection.execute(_NOT_DUE, (host,))
    elif change.due is not None:
        connection.execute(_PUT_DUE, (host, change.due))
