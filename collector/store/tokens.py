"""Tokens in the store: for the API, with a role; for enrolment, limited in uses, time, network."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from collector.store.statement import compiled
from collector.store.tables import api_token, enrolment_token
from collector.store.times import millis, moment, moment_or_none
from collector.tokens import Role


@dataclass(frozen=True)
class ApiToken:
    """A token for the API, without its secret."""

    id: int
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def valid(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True)
class EnrolmentToken:
    """A token with which laptops enrol, without its secret; revoked ones have expired."""

    id: int
    uses: int
    used: int
    expires_at: datetime
    network: str
    created_at: datetime
    by: str


_API = (
    api_token.c.id,
    api_token.c.name,
    api_token.c.role,
    api_token.c.created_at,
    api_token.c.expires_at,
    api_token.c.revoked_at,
)
_ENROLMENT = (
    enrolment_token.c.id,
    enrolment_token.c.uses,
    enrolment_token.c.used,
    enrolment_token.c.expires_at,
    enrolment_token.c.network,
    enrolment_token.c.created_at,
    enrolment_token.c.by,
)
_API_BY_HASH = compiled(select(*_API).where(api_token.c.hash == bindparam("hash")))
_API_BY_ID = compiled(select(*_API).where(api_token.c.id == bindparam("id")))
_API_ALL = compiled(select(*_API).order_by(api_token.c.id))
_API_PUT = compiled(
    insert(api_token).values(
        hash=bindparam("hash"),
        name=bindparam("name"),
        role=bindparam("role"),
        created_at=bindparam("created_at"),
        expires_at=bindparam("expires_at"),
    )
)
_API_REVOKE = compiled(
    update(api_token)
    .where(api_token.c.id == bindparam("which"), api_token.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
_ENROLMENT_ALL = compiled(select(*_ENROLMENT).order_by(enrolment_token.c.id))
_ENROLMENT_PUT = compiled(
    insert(enrolment_token).values(
        hash=bindparam("hash"),
        uses=bindparam("uses"),
        expires_at=bindparam("expires_at"),
        network=bindparam("network"),
        created_at=bindparam("created_at"),
        by=bindparam("by"),
    )
)
_ENROLMENT_REVOKE = compiled(
    update(enrolment_token)
    .where(
        enrolment_token.c.id == bindparam("which"), enrolment_token.c.expires_at > bindparam("now")
    )
    .values(expires_at=bindparam("now"))
)


def api_token_of(connection: sqlite3.Connection, secret_hash: bytes) -> ApiToken | None:
    """The API token with this hash, valid or not."""
    found = connection.execute(_API_BY_HASH, {"hash": secret_hash}).fetchone()
    return _api(found) if found else None


def api_token_by_id(connection: sqlite3.Connection, id: int) -> ApiToken | None:
    """The API token with this number, valid or not."""
    found = connection.execute(_API_BY_ID, {"id": id}).fetchone()
    return _api(found) if found else None


def api_tokens(connection: sqlite3.Connection) -> tuple[ApiToken, ...]:
    """All API tokens, revoked ones too."""
    return tuple(map(_api, connection.execute(_API_ALL)))


def put_api_token(
    connection: sqlite3.Connection,
    secret_hash: bytes,
    *,
    name: str,
    role: Role,
    now: datetime,
    expires_at: datetime | None,
) -> int:
    """Keeps a new API token; its number."""
    values = {
        "hash": secret_hash,
        "name": name,
        "role": role.name,
        "created_at": millis(now),
        "expires_at": None if expires_at is None else millis(expires_at),
    }
    return _id(connection.execute(_API_PUT, values))


def revoke_api_token(connection: sqlite3.Connection, id: int, now: datetime) -> bool:
    """Ends an API token; whether it was in use until now."""
    return connection.execute(_API_REVOKE, {"which": id, "now": millis(now)}).rowcount == 1


def enrolment_tokens(connection: sqlite3.Connection) -> tuple[EnrolmentToken, ...]:
    """All enrolment tokens, used up and expired ones too."""
    return tuple(map(_enrolment, connection.execute(_ENROLMENT_ALL)))


def put_enrolment_token(
    connection: sqlite3.Connection,
    secret_hash: bytes,
    *,
    uses: int,
    network: str,
    by: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Keeps a new enrolment token; its number."""
    values = {
        "hash": secret_hash,
        "uses": uses,
        "network": network,
        "by": by,
        "created_at": millis(now),
        "expires_at": millis(expires_at),
    }
    return _id(connection.execute(_ENROLMENT_PUT, values))


def revoke_enrolment_token(connection: sqlite3.Connection, id: int, now: datetime) -> bool:
    """Lets an enrolment token expire now; whether it had not yet."""
    return connection.execute(_ENROLMENT_REVOKE, {"which": id, "now": millis(now)}).rowcount == 1


def _api(found: tuple[int, str, str, int, int | None, int | None]) -> ApiToken:
    n, name, role, created, expires, revoked = found
    return ApiToken(
        n, name, Role[role], moment(created), moment_or_none(expires), moment_or_none(revoked)
    )


def _enrolment(found: tuple[int, int, int, int, str, int, str]) -> EnrolmentToken:
    n, uses, used, expires, network, created, by = found
    return EnrolmentToken(n, uses, used, moment(expires), network, moment(created), by)


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
