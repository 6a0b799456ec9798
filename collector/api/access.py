"""Who may do what: every route names the role that it asks for, or says that it is open.

A bearer token lets a program in, a session cookie lets a person in; pages take only the cookie
and the API only the token, so that no page of somebody else's can make a browser call the API.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from collector.api.desk import Desk, Who
from collector.api.problem import Refused
from collector.ingest.forwarded import canonical, client, trusted
from collector.store.tokens import ApiToken, api_token_by_id, api_token_of
from collector.tokens import Role, hashed

Connection = ASGIConnection[Any, Any, Any, Any]

OPEN = {"role": None}
"""For routes that anybody may call."""
VIEWER = {"role": Role.viewer}
ANALYST = {"role": Role.analyst}
RESPONDER = {"role": Role.responder}
ADMIN = {"role": Role.admin}


async def bearer(connection: Connection, handler: BaseRouteHandler) -> None:
    """The API's guard: lets in whoever has a valid token of the role, and says who it is."""
    needed: Role | None = handler.opt["role"]
    if needed is None:
        return
    desk: Desk = connection.app.state.desk
    who = await _who(connection, desk)
    if who is None:
        await desk.complain(address_of(connection), connection.url.path)
        raise Refused(401, "a valid token is needed: Authorization: Bearer ...")
    if who.role < needed:
        raise Refused(403, f"this needs the role {needed.name}, the token has {who.role.name}")
    connection.state.who = who


def address_of(connection: Connection) -> str:
    """Where a call came from, as far as trusted proxies tell."""
    desk: Desk = connection.app.state.desk
    peer = connection.client.host if connection.client else ""
    return client(peer, connection.scope["headers"], desk.proxies)


def base_of(connection: Connection) -> str:
    """Where people reach the collector, as far as a trusted proxy tells: scheme and host."""
    desk: Desk = connection.app.state.desk
    scheme, peer = connection.url.scheme, connection.client.host if connection.client else ""
    if trusted(canonical(peer), desk.proxies):
        scheme = connection.headers.get("x-forwarded-proto", scheme)
    return f"{'https' if scheme == 'https' else 'http'}://{connection.headers.get('host', '')}"


async def token_of(desk: Desk, secret: str) -> ApiToken | None:
    """The valid token with this secret.

    The index is asked for the secret's SHA-256, so how long that takes tells nothing of the secret.
    """
    digest = hashed(secret)
    token = await desk.read(lambda store: api_token_of(store, digest))
    return token if token and token.valid(desk.clock()) else None


async def token_numbered(desk: Desk, n: int) -> ApiToken | None:
    """The token with this number while it is valid."""
    token = await desk.read(lambda store: api_token_by_id(store, n))
    return token if token and token.valid(desk.clock()) else None


async def _who(connection: Connection, desk: Desk) -> Who | None:
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    token = await token_of(desk, secret.strip())
    return Who(token.id, token.name, token.role, address_of(connection)) if token else None
