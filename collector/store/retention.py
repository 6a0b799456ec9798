"""Retention: what has ended is deleted after policy's days, in slices; what is in force never is.

A journal entry stays as long as a row that it began, in force or not: its signed bytes are the
evidence for that row. Bodies are shared, and no index leads from a body to its intervals, since at
a hundred million rows it would be larger than all else. So they are swept: one pass over the
intervals marks the bodies in use, in as many bits as suffice, and whatever is not marked goes.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from sqlalchemy import and_, bindparam, delete, func, or_, select

from collector.policy import Policy
from collector.store import judgements
from collector.store.statement import ordered
from collector.store.tables import (
    asked,
    body,
    claim,
    finding,
    gauge,
    host,
    interval,
    journal,
    quarantine,
    question,
    verdict,
)
from collector.store.times import millis

FIRST = -1
LAST = 2**62


@dataclass(frozen=True)
class Counts:
    """How many were deleted of each."""

    rows: int = 0
    bodies: int = 0
    journal: int = 0
    quarantine: int = 0
    gauges: int = 0
    questions: int = 0
    claims: int = 0
    verdicts: int = 0
    findings: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        names = [each.name for each in fields(self)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def most(self) -> int:
        """The largest of them: below the limit of a slice, nothing is left of it."""
        return max(int(getattr(self, each.name)) for each in fields(self))


@dataclass(frozen=True)
class Hosts:
    """A range of hosts: after one number, up to another."""

    after: int = FIRST
    last: int = LAST


_ROWS = ordered(
    delete(interval).where(
        interval.c.id.in_(
            select(interval.c.id)
            .where(
                interval.c.host > bindparam("after"),
                interval.c.host <= bindparam("last"),
                interval.c.until.is_not(None),
                interval.c.until_at < bindparam("before"),
            )
            .limit(bindparam("limit"))
        )
    ),
    "after",
    "last",
    "before",
    "limit",
)
_GAUGES = ordered(
    delete(gauge).where(
        gauge.c.host > bindparam("after"),
        gauge.c.host <= bindparam("last"),
        gauge.c.day < bindparam("day"),
    ),
    "after",
    "last",
    "day",
)
_QUARANTINE = ordered(
    delete(quarantine).where(
        quarantine.c.id.in_(
            select(quarantine.c.id)
            .where(quarantine.c.at < bindparam("before"))
            .order_by(quarantine.c.id)
            .limit(bindparam("limit"))
        )
    ),
    "before",
    "limit",
)
_OLD_QUESTIONS = select(question.c.id).where(question.c.expires_at < bindparam("before"))
_ASKED = ordered(delete(asked).where(asked.c.question.in_(_OLD_QUESTIONS)), "before")
_QUESTIONS = ordered(delete(question).where(question.c.expires_at < bindparam("before")), "before")
_CLAIMS, _VERDICTS = (
    ordered(
        delete(table).where(
            table.c.id.in_(
                select(table.c.id)
                .where(table.c.until.is_not(None), table.c.until_at < bindparam("before"))
                .limit(bindparam("limit"))
            )
        ),
        "before",
        "limit",
    )
    for table in (claim, verdict)
)
_FINDINGS = ordered(
    delete(finding).where(
        finding.c.n.in_(
            select(finding.c.n).where(finding.c.at < bindparam("before")).limit(bindparam("limit"))
        )
    ),
    "before",
    "limit",
)
_CANDIDATES = ordered(
    select(journal.c.n)
    .where(
        journal.c.n > bindparam("after"),
        journal.c.n <= bindparam("judged"),
        journal.c.at < bindparam("before"),
    )
    .order_by(journal.c.n)
    .limit(bindparam("limit")),
    "after",
    "judged",
    "before",
    "limit",
)
_brought = and_(interval.c.host == journal.c.host, interval.c.since == journal.c.n)
_JOURNAL = ordered(
    delete(journal).where(
        journal.c.n > bindparam("after"),
        journal.c.n <= bindparam("last"),
        ~or_(
            select(interval.c.id).where(_brought, interval.c.until.is_(None)).exists(),
            select(interval.c.id).where(_brought, interval.c.until.is_not(None)).exists(),
        ),
    ),
    "after",
    "last",
)
_HOSTS = ordered(
    select(func.max(host.c.n)),
)
_BODIES_IN_USE = ordered(
    select(interval.c.id, interval.c.body)
    .where(interval.c.id > bindparam("after"))
    .order_by(interval.c.id)
    .limit(bindparam("limit")),
    "after",
    "limit",
)
_BODIES = ordered(
    select(body.c.id)
    .where(body.c.id > bindparam("after"))
    .order_by(body.c.id)
    .limit(bindparam("limit")),
    "after",
    "limit",
)
_DROP = ordered(delete(body).where(body.c.id == bindparam("id")), "id")
_INTERVALS = ordered(select(func.max(interval.c.id)))


def purge(
    connection: Connection, now: datetime, policy: Policy, limit: int, hosts: Hosts | None = None
) -> Counts:
    """Deletes one slice of all that is too old, apart from the journal and bodies."""
    hosts = hosts or Hosts()
    keep = policy.retention
    rows, claims, findings = (
        millis(now - timedelta(days=days)) for days in (keep.rows, keep.claims, keep.findings)
    )
    day = (now.astimezone(UTC).date() - timedelta(days=keep.rows)).isoformat()
    execute = connection.execute
    execute(_ASKED, (rows,))
    return Counts(
        rows=execute(_ROWS, (hosts.after, hosts.last, rows, limit)).rowcount,
        gauges=execute(_GAUGES, (hosts.after, hosts.last, day)).rowcount,
        quarantine=execute(_QUARANTINE, (rows, limit)).rowcount,
        questions=execute(_QUESTIONS, (rows,)).rowcount,
        claims=execute(_CLAIMS, (claims, limit)).rowcount,
        verdicts=execute(_VERDICTS, (claims, limit)).rowcount,
        findings=execute(_FINDINGS, (findings, limit)).rowcount,
    )


@dataclass(frozen=True)
class Passed:
    """How far a pass over the journal has come, and how many entries it deleted."""

    last: int
    deleted: int


def purge_journal(
    connection: Connection, now: datetime, policy: Policy, after: int, limit: int
) -> Passed | None:
    """Deletes, of the next old and judged entries, those whose rows are gone; None at the end."""
    before = millis(now - timedelta(days=policy.retention.rows))
    judged = judgements.judged_to(connection)
    found = connection.execute(_CANDIDATES, (after, judged, before, limit)).fetchall()
    if not found:
        return None
    last = int(found[-1][0])
    return Passed(last, connection.execute(_JOURNAL, (after, last)).rowcount)


def last_host(connection: Connection) -> int:
    """The highest number of a host."""
    return int(connection.execute(_HOSTS).fetchone()[0] or 0)


class Marks:
    """Which bodies are in use, in bits: one not marked is surely not in use.

    salt: another one each time, so that bodies that fall on one bit do so only once.
    """

    LARGEST = 2**28

    def __init__(self, connection: Connection, salt: int) -> None:
        many = int(connection.execute(_INTERVALS).fetchone()[0] or 0)
        self._bits = min(max(8 * many, 2**16), self.LARGEST)
        self._marks = bytearray(self._bits // 8 + 1)
        self._odd = (2 * salt + 1) * 0x9E3779B97F4A7C15 | 1
        self._after = 0

    def mark(self, connection: Connection, limit: int) -> bool:
        """Marks the bodies of the next intervals; whether there were any."""
        found = connection.execute(_BODIES_IN_USE, (self._after, limit)).fetchall()
        for _id, used in found:
            bit = self._bit(used)
            self._marks[bit >> 3] |= 1 << (bit & 7)
        if found:
            self._after = int(found[-1][0])
        return bool(found)

    def drop(self, connection: Connection, after: int, limit: int) -> Passed | None:
        """Deletes what is not marked of the next bodies, in a job; None at the end.

        Intervals that have begun since are marked first, so that nothing they use is deleted.
        """
        while self.mark(connection, limit):
            pass
        found = [each for (each,) in connection.execute(_BODIES, (after, limit))]
        if not found:
            return None
        unused = [(each,) for each in found if not self._marked(each)]
        connection.executemany(_DROP, unused)
        return Passed(found[-1], len(unused))

    def _marked(self, id: int) -> bool:
        bit = self._bit(id)
        return bool(self._marks[bit >> 3] >> (bit & 7) & 1)

    def _bit(self, id: int) -> int:
        return (id * self._odd & (2**63 - 1)) % self._bits
