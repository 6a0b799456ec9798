"""Hosts, their rows, claims and findings as someone reads them; nothing here writes."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, func, literal_column, or_, select

from collector.store.statement import compiled
from collector.store.tables import (
    body,
    claim,
    cursor,
    finding,
    gauge,
    host,
    host_hot,
    interval,
    journal,
    verdict,
)
from collector.store.times import moment, moment_or_none

LEVELS = ("high", "review", "observe", "unseen", "clear")
"""The levels, most urgent first: the order of the list of hosts."""


@dataclass(frozen=True)
class Judged:
    """The verdict in force. document: what the verdict rule wrote, as JSON."""

    level: str
    kind: str
    since: datetime
    document: bytes


@dataclass(frozen=True)
class Known:
    """A host as the store knows it; without a verdict while it waits for its first."""

    n: int
    host_id: str
    name: str
    serial_tail: str
    mdm_id: str
    enrolled_at: datetime
    revoked_at: datetime | None
    provisional: bool
    epoch: str
    seq: int
    seen: datetime | None
    verdict: Judged | None


@dataclass(frozen=True)
class Held:
    """A row and while it was true; fields without its kind. until: none while in force."""

    interval: int
    sensor: str
    kind: str
    fields: Mapping[str, Any]
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Found:
    """A finding. document: what the verdict rule wrote, as JSON."""

    n: int
    at: datetime
    host_id: str
    host_name: str
    cause: str
    level: str
    document: bytes


@dataclass(frozen=True)
class Gauged:
    """A gauge's last value, and its lowest and highest of that day."""

    name: str
    day: str
    last: float
    low: float
    high: float


FEW = frozenset({"high", "review", "observe"})
SAMPLE = 1_000
"""What is counted over all hosts is counted over so many at most."""
ID_PREFIX = 8
"""A host id is searched by at least so many characters."""
ID_LIKE = re.compile(r"[0-9A-Fa-f-]+")

_OPEN = and_(verdict.c.host == host.c.n, verdict.c.until.is_(None))
_level = func.coalesce(verdict.c.level, "unseen")
_GIVEN: Select[Any] = select(literal_column("value")).select_from(
    func.json_each(bindparam("given"))
)
_name = host.c.name.collate("NOCASE")
_KNOWN = (
    select(
        host.c.n,
        host.c.host_id,
        host.c.name,
        host.c.serial_tail,
        host.c.mdm_id,
        host.c.enrolled_at,
        host.c.revoked_at,
        host.c.provisional,
        func.coalesce(host_hot.c.epoch, ""),
        func.coalesce(host_hot.c.seq, 0),
        func.coalesce(host_hot.c.seen, 0),
        verdict.c.level,
        verdict.c.kind,
        verdict.c.since_at,
        verdict.c.document,
    )
    .select_from(host)
    .outerjoin(host_hot, host_hot.c.n == host.c.n)
    .outerjoin(verdict, _OPEN)
)
_BY_ID = compiled(_KNOWN.where(host.c.host_id == bindparam("id")))
_BY_NUMBERS = compiled(_KNOWN.where(host.c.n.in_(_GIVEN.scalar_subquery())))
_BY_LEVEL = compiled(
    select(verdict.c.host)
    .where(
        verdict.c.level == bindparam("level"),
        verdict.c.until.is_(None),
        verdict.c.host > bindparam("after"),
    )
    .order_by(verdict.c.host)
    .limit(bindparam("limit"))
)
# Whoever has no verdict has enrolled after the judge's cursor: few, where all hosts may be many.
_JUDGED_TO = func.coalesce(
    select(cursor.c.n).where(cursor.c.reader == "judge").scalar_subquery(), 0
)
_enrolled = journal.c.host + 0  # so that entries are found by their number, not by their host
_UNJUDGED = compiled(
    select(_enrolled)
    .distinct()
    .where(
        journal.c.n > _JUDGED_TO,
        journal.c.cause == "enrolment",
        _enrolled > bindparam("after"),
        ~select(verdict.c.id)
        .where(verdict.c.host == journal.c.host, verdict.c.until.is_(None))
        .exists(),
    )
    .order_by(_enrolled)
    .limit(bindparam("limit"))
)
_COUNTS = compiled(
    select(verdict.c.level, func.count()).where(verdict.c.until.is_(None)).group_by(verdict.c.level)
)
_HOSTS = compiled(select(func.count()).select_from(host))
_OF_LEVEL = or_(bindparam("level") == "", _level == bindparam("level"))
_EXACT = compiled(
    select(host.c.n)
    .select_from(host)
    .outerjoin(verdict, _OPEN)
    .where(
        or_(
            host.c.serial_tail.collate("NOCASE") == bindparam("q"),
            host.c.mdm_id.collate("NOCASE") == bindparam("q"),
            and_(
                func.length(bindparam("q")) >= ID_PREFIX,
                host.c.host_id >= bindparam("q"),
                host.c.host_id < bindparam("q").concat(func.char(0x10FFFF)),
            ),
        ),
        _OF_LEVEL,
    )
    .order_by(host.c.n)
    .limit(bindparam("limit"))
)
# As it is spelt, but no index is taken for it.
_spelt = host.c.name.concat("").collate("NOCASE")
_END = bindparam("q").concat(func.char(0x10FFFF))
_NAMES = select(host.c.n, host.c.name).order_by(_name, host.c.n).limit(bindparam("limit"))
_BY_NAME = compiled(
    _NAMES.select_from(host)
    .outerjoin(verdict, _OPEN)
    .where(
        _name >= bindparam("name"),
        _name < _END,
        _spelt >= bindparam("q"),
        or_(_spelt > bindparam("name"), host.c.n > bindparam("n")),
        _OF_LEVEL,
    )
)
# Few hosts have such a level, so those are looked through.
_BY_NAME_OF_FEW = compiled(
    _NAMES.select_from(host)
    .join(verdict, _OPEN)
    .where(
        verdict.c.level == bindparam("level"),
        _spelt >= bindparam("q"),
        _spelt < _END,
        or_(
            _spelt > bindparam("name"), and_(_spelt == bindparam("name"), host.c.n > bindparam("n"))
        ),
    )
)
_HELD = (
    select(
        interval.c.host,
        interval.c.id,
        interval.c.sensor,
        interval.c.kind,
        body.c.content,
        interval.c.since_at,
        interval.c.until_at,
    )
    .join_from(interval, body, body.c.id == interval.c.body)
    .order_by(interval.c.kind, interval.c.id)
)
_IN_FORCE = compiled(
    _HELD.where(
        interval.c.host == bindparam("host"),
        interval.c.until.is_(None),
        or_(bindparam("kind") == "", interval.c.kind == bindparam("kind")),
    )
)
_HELD_BY_ID = compiled(_HELD.where(interval.c.id.in_(_GIVEN.scalar_subquery())))
_OF_KINDS = compiled(
    _HELD.where(
        interval.c.host.in_(_GIVEN.scalar_subquery()),
        interval.c.until.is_(None),
        interval.c.kind.in_(
            select(literal_column("value"))
            .select_from(func.json_each(bindparam("kinds")))
            .scalar_subquery()
        ),
    )
)
_CLAIMED = compiled(
    select(claim.c.detector, claim.c.about, claim.c.since_at).where(
        claim.c.host == bindparam("host"), claim.c.until.is_(None)
    )
)
_FIRST = compiled(select(host.c.enrolled_at).order_by(host.c.n).limit(1))
_FINDING = (
    select(
        finding.c.n,
        finding.c.at,
        func.coalesce(host.c.host_id, ""),
        func.coalesce(host.c.name, ""),
        finding.c.cause,
        finding.c.level,
        finding.c.document,
    )
    .select_from(finding)
    .outerjoin(host, host.c.n == finding.c.host)
)
_FINDINGS_AFTER = compiled(
    _FINDING.where(finding.c.n > bindparam("after")).order_by(finding.c.n).limit(bindparam("limit"))
)
_FINDINGS_BEFORE = compiled(
    _FINDING.where(finding.c.n < bindparam("before"))
    .order_by(finding.c.n.desc())
    .limit(bindparam("limit"))
)
_GAUGES = compiled(
    select(gauge.c.name, gauge.c.day, gauge.c.last, gauge.c.low, gauge.c.high)
    .where(gauge.c.host == bindparam("host"))
    .order_by(gauge.c.name, gauge.c.day)
)
_SPREAD = compiled(
    select(host.c.n)
    .where(host.c.n % bindparam("step") == 0, host.c.revoked_at.is_(None))
    .order_by(host.c.n)
    .limit(SAMPLE)
)
_LAG = compiled(
    select(func.coalesce(select(func.max(journal.c.n)).scalar_subquery(), 0) - _JUDGED_TO)
)


def known(connection: sqlite3.Connection, host_id: str) -> Known | None:
    """One host by its id."""
    found = connection.execute(_BY_ID, {"id": host_id}).fetchone()
    return _known(found) if found else None


def known_by_numbers(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Known]:
    """Some hosts by their numbers."""
    found = connection.execute(_BY_NUMBERS, {"given": _json(numbers)})
    return {host.n: host for host in map(_known, found)}


def judged(connection: sqlite3.Connection, level: str, after: int, limit: int) -> tuple[int, ...]:
    """Numbers above `after` of hosts whose verdict has this level."""
    values = {"level": level, "after": after, "limit": limit}
    return tuple(n for (n,) in connection.execute(_BY_LEVEL, values))


def unjudged(connection: sqlite3.Connection, after: int, limit: int) -> tuple[int, ...]:
    """Numbers above `after` of hosts that have no verdict yet."""
    values = {"after": after, "limit": limit}
    return tuple(n for (n,) in connection.execute(_UNJUDGED, values))


def exactly(connection: sqlite3.Connection, q: str, level: str, limit: int) -> tuple[int, ...]:
    """Numbers of hosts whose serial tail or MDM id is `q`, or whose host id begins with it."""
    values = {"q": q.lower() if ID_LIKE.fullmatch(q) else q, "level": level, "limit": limit}
    return tuple(n for (n,) in connection.execute(_EXACT, values))


def named_like(
    connection: sqlite3.Connection, q: str, level: str, after: tuple[str, int], limit: int
) -> tuple[tuple[str, int], ...]:
    """Names and numbers of hosts whose name begins with `q`, past one name and number."""
    name, n = after if after[0] else (q, 0)
    values = {"q": q, "level": level, "name": name, "n": n, "limit": limit}
    statement = _BY_NAME_OF_FEW if level in FEW else _BY_NAME
    return tuple((name, n) for n, name in connection.execute(statement, values))


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many hosts have each level; those without a verdict yet count as `unseen`."""
    found = dict.fromkeys(LEVELS, 0) | dict(connection.execute(_COUNTS).fetchall())
    (hosts,) = connection.execute(_HOSTS).fetchone()
    found["unseen"] += hosts - sum(found.values())
    return found


def spread(connection: sqlite3.Connection) -> tuple[int, tuple[int, ...]]:
    """How many hosts there are, and the numbers of at most SAMPLE of them, spread evenly."""
    (hosts,) = connection.execute(_HOSTS).fetchone()
    step = -(-hosts // SAMPLE) or 1
    return hosts, tuple(n for (n,) in connection.execute(_SPREAD, {"step": step}))


def in_force(connection: sqlite3.Connection, n: int, kind: str = "") -> tuple[Held, ...]:
    """A host's rows in force, of one kind or all."""
    found = connection.execute(_IN_FORCE, {"host": n, "kind": kind})
    return tuple(row for _host, row in map(_held, found))


def held_by_id(connection: sqlite3.Connection, intervals: Iterable[int]) -> dict[int, Held]:
    """Rows by the numbers of their intervals, ended ones too; purged ones are missing."""
    found = connection.execute(_HELD_BY_ID, {"given": _json(intervals)})
    return {row.interval: row for _host, row in map(_held, found)}


def of_kinds(
    connection: sqlite3.Connection, numbers: Iterable[int], kinds: Iterable[str]
) -> dict[int, list[Held]]:
    """Rows in force of some kinds, of some hosts."""
    values = {"given": _json(numbers), "kinds": json.dumps(list(kinds))}
    rows: dict[int, list[Held]] = {}
    for n, row in map(_held, connection.execute(_OF_KINDS, values)):
        rows.setdefault(n, []).append(row)
    return rows


def claimed(connection: sqlite3.Connection, n: int) -> dict[tuple[str, str], datetime]:
    """Since when each of a host's claims stands, by its detector and what it is about."""
    found = connection.execute(_CLAIMED, {"host": n})
    return {(detector, about): moment(at) for detector, about, at in found}


def first_enrolment(connection: sqlite3.Connection) -> datetime | None:
    """When the first host enrolled."""
    found = connection.execute(_FIRST).fetchone()
    return moment(found[0]) if found else None


def findings(connection: sqlite3.Connection, after: int, limit: int) -> tuple[Found, ...]:
    """Findings numbered above `after`, oldest first."""
    return tuple(map(_found, connection.execute(_FINDINGS_AFTER, {"after": after, "limit": limit})))


def newest_findings(connection: sqlite3.Connection, before: int, limit: int) -> tuple[Found, ...]:
    """Findings numbered below `before`, newest first."""
    return tuple(
        map(_found, connection.execute(_FINDINGS_BEFORE, {"before": before, "limit": limit}))
    )


def gauges(connection: sqlite3.Connection, n: int) -> tuple[Gauged, ...]:
    """A host's gauges, each with its newest day."""
    found = connection.execute(_GAUGES, {"host": n})
    return tuple({name: Gauged(name, *rest) for name, *rest in found}.values())


def _known(found: tuple[Any, ...]) -> Known:
    n, host_id, name, tail, mdm_id, enrolled, revoked, provisional, epoch, seq, seen, *rest = found
    level, kind, since, document = rest
    return Known(
        n=n,
        host_id=host_id,
        name=name,
        serial_tail=tail,
        mdm_id=mdm_id,
        enrolled_at=moment(enrolled),
        revoked_at=moment_or_none(revoked),
        provisional=bool(provisional),
        epoch=epoch,
        seq=seq,
        seen=moment_or_none(seen or None),
        verdict=None if level is None else Judged(level, kind, moment(since), document),
    )


def _held(found: tuple[Any, ...]) -> tuple[int, Held]:
    n, number, sensor, kind, content, since, until = found
    fields = msgspec.json.decode(content)
    fields.pop("kind", None)
    return n, Held(number, sensor, kind, fields, moment(since), moment_or_none(until))


def _found(found: tuple[Any, ...]) -> Found:
    n, at, *rest = found
    return Found(n, moment(at), *rest)


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def lag(connection: sqlite3.Connection) -> int:
    """How many journal entries wait to be judged."""
    (waiting,) = connection.execute(_LAG).fetchone()
    return int(waiting)
