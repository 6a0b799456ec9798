"""/v1/tokens and /v1/sign-in-links: secrets that let someone in, told once and kept as a hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from collector.api.access import ADMIN, base_of
from collector.api.desk import Desk
from collector.api.problem import Refused
from collector.dashboard.sessions import LINK_MINUTES, Sessions
from collector.store import tokens as store
from collector.tokens import Role, hashed, mint

RoleName = Literal["viewer", "analyst", "responder", "admin"]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=10 * 366 * 86_400)]


class NewToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to be made. kind `api`: name, role; kind `enrolment`: uses, network (CIDR).

    expires_in_s: for enrolment one day when it is not said, for the API never.
    """

    kind: Literal["api", "enrolment"]
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    role: RoleName | None = None
    uses: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    network: Annotated[str, msgspec.Meta(max_length=50)] = ""
    expires_in_s: Seconds | None = None


class NewLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-in link to be made; the session gets the maker's role, or a lower one."""

    role: RoleName = "admin"


@dataclass(frozen=True)
class Made:
    """A new token; `token` is its secret and is never told again."""

    id: str
    kind: str
    token: str
    expires_at: datetime | None


@dataclass(frozen=True)
class TokenLine:
    """A token without its secret. revoked_at: for enrolment tokens, they just expire."""

    id: str
    kind: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    uses: int | None = None
    used: int | None = None
    network: str = ""


@dataclass(frozen=True)
class TokenPage:
    """All tokens."""

    tokens: tuple[TokenLine, ...]


@dataclass(frozen=True)
class Link:
    """A link that signs one browser in, once."""

    url: str
    expires_in_s: int


@post("/v1/tokens", opt=ADMIN, tags=["administration"], status_code=201)
async def make_token(
    request: Request[Any, Any, Any], desk: Given[Desk], data: JSONBody[NewToken]
) -> Made:
    """Makes a token for the API or for enrolment; its secret is in this answer only."""
    _check(data)
    secret, now = mint(desk.random), desk.clock()
    if data.kind == "api":
        return await _make_api(request, desk, data, secret, now)
    return await _make_enrolment(request, desk, data, secret, now)


@get("/v1/tokens", opt=ADMIN, tags=["administration"])
async def list_tokens(request: Request[Any, Any, Any], desk: Given[Desk]) -> TokenPage:
    """All tokens without their secrets, used up, expired and revoked ones too."""
    await desk.note(request.state.who, "read.tokens", "")
    api = await desk.read(store.api_tokens)
    enrolment = await desk.read(store.enrolment_tokens)
    return TokenPage((*map(_api_line, api), *map(_enrolment_line, enrolment)))


@delete("/v1/tokens/{id:str}", opt=ADMIN, tags=["administration"], status_code=204)
async def revoke_token(
    request: Request[Any, Any, Any], desk: Given[Desk], id: FromPath[str]
) -> None:
    """Ends a token at once, and every browser session that came of it."""
    kind, _, number = id.partition("-")
    revoke = {"api": store.revoke_api_token, "enrolment": store.revoke_enrolment_token}.get(kind)
    if revoke is None or not number.isdecimal() or len(number) > 18:
        raise Refused(404, f"no token has the id {id}", "id")
    now = desk.clock()
    ended = await desk.change(
        lambda connection: revoke(connection, int(number), now),
        request.state.who,
        "token.revoke",
        subject=lambda _: id,
    )
    if not ended:
        raise Refused(404, f"no token in use has the id {id}", "id")


@post("/v1/sign-in-links", opt=ADMIN, tags=["administration"], status_code=201)
async def make_link(
    request: Request[Any, Any, Any],
    desk: Given[Desk],
    sessions: Given[Sessions],
    data: JSONBody[NewLink | None] = None,
) -> Link:
    """Makes a link that signs one browser in, once, within ten minutes."""
    who = request.state.who
    role = Role[(data or NewLink()).role]
    code = sessions.link(who, role)
    await desk.note(who, "link.create", role.name)
    return Link(f"{base_of(request)}/sign-in?code={code}", LINK_MINUTES * 60)


def _check(data: NewToken) -> None:
    if data.kind == "api":
        wrong = {"uses": data.uses is not None, "network": data.network != ""}
        if data.role is None:
            raise Refused(422, "a token for the API has a role", "role")
        if not data.name.strip():
            raise Refused(422, "a token for the API has a name", "name")
    else:
        wrong = {"role": data.role is not None, "name": data.name != ""}
        _check_network(data.network)
    for place, given in wrong.items():
        if given:
            raise Refused(422, f"a token of kind {data.kind} has none", place)


def _check_network(network: str) -> None:
    try:
        if network:
            ip_network(network)
    except ValueError as error:
        raise Refused(422, f"not a network such as 192.0.2.0/24: {error}", "network") from error


async def _make_api(
    request: Request[Any, Any, Any], desk: Desk, data: NewToken, secret: str, now: datetime
) -> Made:
    assert data.role is not None
    role, until = Role[data.role], data.expires_in_s
    expires = now + timedelta(seconds=until) if until else None
    n = await desk.change(
        lambda connection: store.put_api_token(
            connection,
            hashed(secret),
            name=data.name.strip(),
            role=role,
            now=now,
            expires_at=expires,
        ),
        request.state.who,
        "token.create",
        subject=lambda n: f"api-{n}",
        detail=f"{role.name}: {data.name.strip()}",
    )
    return Made(f"api-{n}", "api", secret, expires)


async def _make_enrolment(
    request: Request[Any, Any, Any], desk: Desk, data: NewToken, secret: str, now: datetime
) -> Made:
    uses, expires = data.uses or 1, now + timedelta(seconds=data.expires_in_s or 86_400)
    n = await desk.change(
        lambda connection: store.put_enrolment_token(
            connection,
            hashed(secret),
            uses=uses,
            network=data.network,
            by=request.state.who.name,
            now=now,
            expires_at=expires,
        ),
        request.state.who,
        "token.create",
        subject=lambda n: f"enrolment-{n}",
        detail=f"{uses} uses until {expires:%Y-%m-%d %H:%M} UTC {data.network}".rstrip(),
    )
    return Made(f"enrolment-{n}", "enrolment", secret, expires)


def _api_line(token: store.ApiToken) -> TokenLine:
    return TokenLine(
        id=f"api-{token.id}",
        kind="api",
        name=token.name,
        role=token.role.name,
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


def _enrolment_line(token: store.EnrolmentToken) -> TokenLine:
    return TokenLine(
        id=f"enrolment-{token.id}",
        kind="enrolment",
        name=token.by,
        role="",
        created_at=token.created_at,
        expires_at=token.expires_at,
        uses=token.uses,
        used=token.used,
        network=token.network,
    )
