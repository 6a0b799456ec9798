"""GET /v1/hosts and one host; POST accept and revoke."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, QueryParameter

from collector.api.access import ADMIN, ANALYST, VIEWER
from collector.api.desk import Desk
from collector.api.documents import HostDocument, HostPage, RowPage, row_document
from collector.api.pages import Cursor, Limit, tagged
from collector.api.reading import Reader
from collector.store import hosts as store
from collector.store.memory import Memory
from collector.store.times import millis
from collector.tokens import Role

Level = Literal["high", "review", "observe", "unseen", "clear"]
Words = Annotated[
    str,
    QueryParameter(
        max_length=200,
        description="What a host's name or host id begins with, or its serial tail or MDM id.",
    ),
]


@get("/v1/hosts", opt=VIEWER, tags=["SOC"])
async def list_hosts(
    request: Request[Any, Any, Any],
    reader: Given[Reader],
    *,
    level: FromQuery[Level | None] = None,
    q: Words = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Response[HostPage]:
    """Hosts, the most urgent first; a search is ordered by name. Reasons are for analysts."""
    evidence = request.state.who.role >= Role.analyst
    page = await reader.hosts(level or "", q.strip(), cursor, limit, evidence=evidence)
    if evidence and page.hosts:
        await reader.desk.note(request.state.who, "read.hosts", f"{len(page.hosts)} hosts")
    return tagged(request, page)


@get("/v1/hosts/{id:str}", opt=ANALYST, tags=["SOC"])
async def read_host(
    request: Request[Any, Any, Any], reader: Given[Reader], id: FromPath[str]
) -> Response[HostDocument]:
    """One host: its verdict, claims with their reasons and rows, and what we cannot see."""
    document = await reader.host(id)
    await reader.desk.note(request.state.who, "read.host", id)
    return tagged(request, document)


@get("/v1/hosts/{id:str}/rows", opt=ANALYST, tags=["SOC"])
async def read_rows(
    request: Request[Any, Any, Any],
    reader: Given[Reader],
    id: FromPath[str],
    kind: Annotated[str, QueryParameter(max_length=64, description="Such as usb.device.")] = "",
) -> Response[RowPage]:
    """A host's rows in force, of one kind or all."""
    rows = await reader.rows(id, kind)
    await reader.desk.note(request.state.who, "read.rows", id, kind)
    return tagged(request, RowPage(rows=tuple(map(row_document, rows))))


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a host's word counts as evidence about others, and whether it may report."""

    host_id: str
    provisional: bool
    revoked: bool


@post("/v1/hosts/{id:str}/accept", opt=ADMIN, tags=["administration"], status_code=200)
async def accept_host(
    request: Request[Any, Any, Any], desk: Given[Desk], reader: Given[Reader], id: FromPath[str]
) -> Standing:
    """Says that a host is one of ours: it is no longer provisional."""
    await reader.known(id)
    await desk.change(
        lambda connection: store.accept_host(connection, id),
        request.state.who,
        "host.accept",
        subject=lambda _: id,
    )
    return await _standing(reader, id)


@post("/v1/hosts/{id:str}/revoke", opt=ADMIN, tags=["administration"], status_code=200)
async def revoke_host(
    request: Request[Any, Any, Any],
    desk: Given[Desk],
    reader: Given[Reader],
    memory: Given[Memory],
    id: FromPath[str],
) -> Standing:
    """Ends a host's right to report; what it has said stays."""
    await reader.known(id)
    now = millis(desk.clock())
    await desk.change(
        lambda connection: store.revoke_host(connection, id, now),
        request.state.who,
        "host.revoke",
        subject=lambda _: id,
        then=lambda n: None if n is None else memory.revoke(n),
    )
    return await _standing(reader, id)


async def _standing(reader: Reader, id: str) -> Standing:
    known = await reader.known(id)
    return Standing(host_id=id, provisional=known.provisional, revoked=known.revoked_at is not None)
