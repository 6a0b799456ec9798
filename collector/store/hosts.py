"""Hosts in the store: enrolled, found by key or id, revoked; and the tokens they enrol with."""

from dataclasses import dataclass
from sqlite3 import Connection

from sqlalchemy import bindparam, insert, select, update

from collector.store.statement import ordered
from collector.store.tables import enrolment_token, host, host_hot, journal


@dataclass(frozen=True)
class Known:
    """A host that is stored."""

    n: int
    host_id: str
    public_key: bytes
    revoked: bool


@dataclass(frozen=True)
class Allowance:
    """What is left of an enrolment token; times in milliseconds."""

    id: int
    uses: int
    used: int
    expires_at: int
    network: str


_KNOWN = select(host.c.n, host.c.host_id, host.c.public_key, host.c.revoked_at)
_BY_KEY = ordered(_KNOWN.where(host.c.public_key == bindparam("key")), "key")
_BY_ID = ordered(_KNOWN.where(host.c.host_id == bindparam("id")), "id")
_ADD = ordered(
    insert(host).values(
        host_id=bindparam("host_id"),
        public_key=bindparam("public_key"),
        enrolled_at=bindparam("enrolled_at"),
    ),
    "host_id",
    "public_key",
    "enrolled_at",
)
_ADD_HOT = ordered(insert(host_hot).values(n=bindparam("n")), "n")
_JOURNAL = ordered(
    insert(journal).values(at=bindparam("at"), cause="enrolment", host=bindparam("host")),
    "at",
    "host",
)
_REVOKE = ordered(
    update(host)
    .where(host.c.host_id == bindparam("id"), host.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at")),
    "at",
    "id",
)
_ACCEPT = ordered(
    update(host)
    .where(host.c.host_id == bindparam("id"), host.c.provisional == bindparam("was"))
    .values(provisional=bindparam("becomes")),
    "becomes",
    "id",
    "was",
)
_TOKEN = ordered(
    select(
        enrolment_token.c.id,
        enrolment_token.c.uses,
        enrolment_token.c.used,
        enrolment_token.c.expires_at,
        enrolment_token.c.network,
    ).where(enrolment_token.c.hash == bindparam("hash")),
    "hash",
)
_USE = ordered(
    update(enrolment_token)
    .where(enrolment_token.c.id == bindparam("id"))
    .values(used=enrolment_token.c.used + 1),
    "id",
)


def host_with_key(connection: Connection, public_key: bytes) -> Known | None:
    """The host that signs with this key."""
    return _known(connection.execute(_BY_KEY, (public_key,)).fetchone())


def host_with_id(connection: Connection, host_id: str) -> Known | None:
    """The host with this id."""
    return _known(connection.execute(_BY_ID, (host_id,)).fetchone())


def add_host(connection: Connection, host_id: str, public_key: bytes, at: int) -> int:
    """A new host, provisional until someone accepts it; its number."""
    n = connection.execute(_ADD, (host_id, public_key, at)).lastrowid
    assert n is not None
    connection.execute(_ADD_HOT, (n,))
    connection.execute(_JOURNAL, (at, n))
    return n


def revoke_host(connection: Connection, host_id: str, at: int) -> int | None:
    """Ends a host's right to report; its number, or None when it had none.

    Whoever calls this also tells `Memory.revoke`, after the commit.
    """
    if connection.execute(_REVOKE, (at, host_id)).rowcount == 0:
        return None
    found = host_with_id(connection, host_id)
    assert found is not None
    return found.n


def accept_host(connection: Connection, host_id: str) -> bool:
    """A host is no longer provisional; whether it was until now."""
    return connection.execute(_ACCEPT, (0, host_id, 1)).rowcount == 1


def allowance(connection: Connection, secret_hash: bytes) -> Allowance | None:
    """What is left of the enrolment token with this hash."""
    found = connection.execute(_TOKEN, (secret_hash,)).fetchone()
    return Allowance(*found) if found else None


def use_token(connection: Connection, id: int) -> None:
    """One use less of an enrolment token."""
    connection.execute(_USE, (id,))


def _known(found: tuple[int, str, bytes, int | None] | None) -> Known | None:
    if found is None:
        return None
    n, host_id, public_key, revoked_at = found
    return Known(n, host_id, public_key, revoked_at is not None)
