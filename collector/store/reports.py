"""Reports in the store: the journal, rows and their intervals, and each host's last report."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from sqlite3 import Connection

from sqlalchemy import bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from collector.store.memory import Hot
from collector.store.statement import ordered
from collector.store.tables import (
    body,
    gauge,
    host,
    host_hot,
    interval,
    journal,
    meta,
    quarantine,
)
from collector.tokens import Randomness

RECENT = 16
_WIDTH = RECENT * 23 - 1
QUARANTINED = 100
"""Contradicting reports kept of one host; more of them say nothing new."""

_META = ordered(select(meta.c.value).where(meta.c.name == bindparam("name")), "name")
_PUT_META = ordered(
    insert(meta).values(name=bindparam("name"), value=bindparam("value")), "name", "value"
)
_JOURNAL_COLUMNS = ("at", "cause", "host", "epoch", "seq", "digest", "envelope")
_JOURNAL = ordered(
    insert(journal).values({name: bindparam(name) for name in _JOURNAL_COLUMNS}),
    *_JOURNAL_COLUMNS,
)
_OPEN = ordered(
    select(interval.c.id, interval.c.sensor, interval.c.kind, interval.c.body).where(
        interval.c.host == bindparam("host"), interval.c.until.is_(None)
    ),
    "host",
)
SOME = 4
_OPEN_OF = ordered(
    select(interval.c.id, interval.c.sensor, interval.c.kind, interval.c.body).where(
        interval.c.host == bindparam("host"),
        interval.c.until.is_(None),
        or_(*(interval.c.sensor == bindparam(f"sensor_{at}") for at in range(SOME))),
    ),
    "host",
    *(f"sensor_{at}" for at in range(SOME)),
)
_CONTENT = ordered(select(body.c.content).where(body.c.id == bindparam("id")), "id")
_BODY = ordered(
    upsert(body)
    .values(id=bindparam("id"), kind=bindparam("kind"), content=bindparam("content"))
    .on_conflict_do_nothing(),
    "id",
    "kind",
    "content",
)
_BEGIN_COLUMNS = ("host", "sensor", "kind", "body", "since", "since_at")
_BEGIN = ordered(
    insert(interval).values({name: bindparam(name) for name in _BEGIN_COLUMNS}), *_BEGIN_COLUMNS
)
_END = ordered(
    update(interval)
    .where(interval.c.id == bindparam("which"))
    .values(until=bindparam("n"), until_at=bindparam("at")),
    "n",
    "at",
    "which",
)
_HOT_COLUMNS = ("epoch", "seq", "digest", "state", "seen", "newest", "at", "skew", "from_", "which")
_recent = func.substr(
    bindparam("newest").concat(literal_column("' '")).concat(host_hot.c.recent), 1, _WIDTH
)
_address = func.coalesce(func.nullif(bindparam("from_"), literal_column("''")), host_hot.c.address)
_HOT = ordered(
    update(host_hot)
    .where(host_hot.c.n == bindparam("which"))
    .values(
        epoch=bindparam("epoch"),
        seq=bindparam("seq"),
        digest=bindparam("digest"),
        state=bindparam("state"),
        seen=bindparam("seen"),
        recent=_recent,
        at=bindparam("at"),
        skew=bindparam("skew"),
        address=_address,
    ),
    *_HOT_COLUMNS,
)
_RECENT = ordered(select(host_hot.c.recent).where(host_hot.c.n == bindparam("n")), "n")
_STORED = ordered(
    select(journal.c.n)
    .where(
        journal.c.host == bindparam("host"),
        journal.c.seq == bindparam("seq"),
        journal.c.epoch == bindparam("epoch"),
        journal.c.digest == bindparam("digest"),
        journal.c.envelope.is_not(None),
    )
    .limit(1),
    "host",
    "seq",
    "epoch",
    "digest",
)
_LEFT = ordered(
    select(journal.c.n)
    .where(
        journal.c.host == bindparam("host"),
        journal.c.epoch == bindparam("epoch"),
        journal.c.envelope.is_not(None),
    )
    .limit(1),
    "host",
    "epoch",
)
_IDENTITY = ordered(
    update(host)
    .where(host.c.n == bindparam("which"))
    .values(
        name=bindparam("name"), serial_tail=bindparam("serial_tail"), mdm_id=bindparam("mdm_id")
    ),
    "name",
    "serial_tail",
    "mdm_id",
    "which",
)
_gauge = upsert(gauge)
_GAUGE = ordered(
    _gauge.values(
        host=bindparam("host"),
        name=bindparam("name"),
        day=bindparam("day"),
        last=bindparam("last"),
        low=bindparam("low"),
        high=bindparam("high"),
        n=literal_column("1"),
    ).on_conflict_do_update(
        index_elements=["host", "name", "day"],
        set_={
            "last": _gauge.excluded.last,
            "low": func.min(gauge.c.low, _gauge.excluded.low),
            "high": func.max(gauge.c.high, _gauge.excluded.high),
            "n": gauge.c.n + literal_column("1"),
        },
    ),
    "host",
    "name",
    "day",
    "last",
    "low",
    "high",
)
_QUARANTINE_COLUMNS = ("at", "host", "epoch", "seq", "digest", "envelope")
_QUARANTINE = ordered(
    upsert(quarantine)
    .values({name: bindparam(name) for name in _QUARANTINE_COLUMNS})
    .on_conflict_do_nothing(),
    *_QUARANTINE_COLUMNS,
)
_QUARANTINED = ordered(
    select(func.count()).select_from(quarantine).where(quarantine.c.host == bindparam("host")),
    "host",
)


def body_key(connection: Connection, random: Randomness) -> bytes:
    """The key that bodies are named with; made once, kept in the database."""
    found = connection.execute(_META, ("body_key",)).fetchone()
    if found is not None:
        return bytes(found[0])
    key = random(32)
    connection.execute(_PUT_META, ("body_key", key))
    return key


def body_ids(key: bytes) -> Callable[[bytes], int]:
    """Names contents: 63 bits of BLAKE2b, keyed, so that nobody can make two that are equal."""
    keyed = hashlib.blake2b(key=key, digest_size=8)

    def name(content: bytes) -> int:
        hashing = keyed.copy()
        hashing.update(content)
        return int.from_bytes(hashing.digest(), "big") >> 1

    return name


Entry = tuple[int, str, int, str, int, str, bytes | None]
"""An entry of the journal: at, cause, host, epoch, seq, digest, envelope."""


def append(connection: Connection, entry: Entry) -> int:
    """Appends to the journal; its number."""
    n = connection.execute(_JOURNAL, entry).lastrowid
    assert n is not None
    return n


def open_rows(connection: Connection, host: int) -> list[tuple[int, str, str, int]]:
    """The host's rows in force: interval, sensor, kind, body."""
    return connection.execute(_OPEN, (host,)).fetchall()


def open_rows_of(
    connection: Connection, host: int, sensors: Collection[str]
) -> list[tuple[int, str, str, int]]:
    """As `open_rows`, but at least of these sensors; fewer are found faster."""
    if len(sensors) > SOME:
        return open_rows(connection, host)
    named = [*sensors, *[next(iter(sensors))] * SOME][:SOME]
    return connection.execute(_OPEN_OF, (host, *named)).fetchall()


def content(connection: Connection, body: int) -> bytes:
    """A row's bytes."""
    found = connection.execute(_CONTENT, (body,)).fetchone()
    return bytes(found[0])


def end(connection: Connection, intervals: Iterable[int], n: int, at: int) -> None:
    """These intervals end with journal entry n."""
    connection.executemany(_END, [(n, at, which) for which in intervals])


def begin(
    connection: Connection,
    host: int,
    rows: Sequence[tuple[str, int, str, bytes]],
    n: int,
    at: int,
) -> None:
    """These rows (sensor, body, kind, content) begin with journal entry n."""
    connection.executemany(_BODY, [(body, kind, content) for _, body, kind, content in rows])
    connection.executemany(
        _BEGIN, [(host, sensor, kind, body, n, at) for sensor, body, kind, _ in rows]
    )


def hot_values(n: int, hot: Hot, address: str) -> tuple[object, ...]:
    """A host's last report, as `saw` takes it."""
    return (
        hot.epoch,
        hot.seq,
        hot.digest,
        hot.state,
        hot.seen,
        hot.digest,
        hot.at,
        hot.skew,
        address,
        n,
    )


def saw(connection: Connection, values: Sequence[tuple[object, ...]]) -> None:
    """Keeps hosts' last reports, in order, each made by `hot_values`."""
    connection.executemany(_HOT, values)


def was_stored(connection: Connection, host: int, place: tuple[str, int, str]) -> bool:
    """Whether this very report (epoch, seq, digest) was stored once."""
    epoch, seq, digest = place
    if connection.execute(_STORED, (host, seq, epoch, digest)).fetchone():
        return True
    found = connection.execute(_RECENT, (host,)).fetchone()
    return found is not None and digest in found[0].split()


def had_epoch(connection: Connection, host: int, epoch: str) -> bool:
    """Whether a report of this epoch was stored."""
    return connection.execute(_LEFT, (host, epoch)).fetchone() is not None


def identify(connection: Connection, host: int, identity: dict[str, str]) -> None:
    """Keeps what the host calls itself."""
    connection.execute(
        _IDENTITY,
        (
            identity.get("host_name", ""),
            identity.get("serial_tail", ""),
            identity.get("mdm_id", ""),
            host,
        ),
    )


def measure(connection: Connection, values: Sequence[tuple[int, str, str, int, int, int]]) -> None:
    """Keeps gauges: host, name, day, and the value three times over."""
    connection.executemany(_GAUGE, values)


def put_aside(
    connection: Connection, host: int, at: int, place: tuple[str, int, str], envelope: bytes
) -> bool:
    """Keeps a report that contradicts what is stored; whether it is a new one."""
    (kept,) = connection.execute(_QUARANTINED, (host,)).fetchone()
    if kept >= QUARANTINED:
        return False
    return connection.execute(_QUARANTINE, (at, host, *place, envelope)).rowcount == 1
