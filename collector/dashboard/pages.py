"""The pages themselves: hosts, one host, findings, what we cannot see, the audit log."""

from importlib.resources import files
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, QueryParameter

from collector.api.access import ADMIN, ANALYST, OPEN, VIEWER
from collector.api.desk import Desk
from collector.api.documents import finding_document
from collector.api.hosts import Level, Words
from collector.api.pages import Cursor
from collector.api.reading import Reader
from collector.dashboard.templates import Templates
from collector.store import audit, listing
from collector.tokens import Role

ON_A_PAGE = 50
_STATIC = files("collector.dashboard").joinpath("static")
STYLE = _STATIC.joinpath("farmwatch.css").read_bytes()
MARK = _STATIC.joinpath("farmwatch.svg").read_bytes()
KEPT = {"cache-control": "max-age=300", "x-content-type-options": "nosniff"}
Before = Annotated[int, QueryParameter(ge=1, le=2**62)]
Asker = Request[Any, Any, Any]


@get("/", opt=VIEWER)
async def hosts(
    request: Asker,
    reader: Given[Reader],
    templates: Given[Templates],
    *,
    level: FromQuery[Level | None] = None,
    q: Words = "",
    cursor: Cursor = "",
) -> Response[bytes]:
    """All hosts, the most urgent first."""
    who = request.state.who
    evidence = who.role >= Role.analyst
    q = q.strip()
    page = await reader.hosts(level or "", q, cursor, ON_A_PAGE, evidence=evidence)
    if evidence and page.hosts:
        await reader.desk.note(who, "read.hosts", f"{len(page.hosts)} hosts")
    counts = await reader.counts()
    return templates.page(
        "hosts.html", who=who, here="hosts", page=page, counts=counts, level=level or "", q=q,
        first=not cursor,
    )  # fmt: skip


@get("/hosts/{id:str}", opt=ANALYST)
async def host(
    request: Asker, reader: Given[Reader], templates: Given[Templates], id: FromPath[str]
) -> Response[bytes]:
    """One host: the verdict and everything behind it."""
    who = request.state.who
    document = await reader.host(id)
    questions = await reader.questions(id, 10) if who.role >= Role.responder else ()
    await reader.desk.note(who, "read.host", id)
    return templates.page(
        "host.html", who=who, here="hosts", document=document, host=document.host,
        questions=questions,
    )  # fmt: skip


@get("/findings", opt=ANALYST)
async def findings(
    request: Asker, desk: Given[Desk], templates: Given[Templates], before: Before = 2**62
) -> Response[bytes]:
    """Findings, the newest first."""
    who = request.state.who
    found = await desk.read(lambda store: listing.newest_findings(store, before, ON_A_PAGE))
    if found:
        await desk.note(who, "read.findings", f"{found[-1].n} to {found[0].n}")
    following = found[-1].n if len(found) == ON_A_PAGE else None
    return templates.page(
        "findings.html", who=who, here="findings", found=[finding_document(one) for one in found],
        following=following,
    )  # fmt: skip


@get("/blind-spots", opt=VIEWER)
async def blind_spots(
    request: Asker, reader: Given[Reader], templates: Given[Templates]
) -> Response[bytes]:
    """What we cannot see, over all hosts."""
    spots = await reader.blind_spots()
    return templates.page("blind_spots.html", who=request.state.who, here="blind", spots=spots)


@get("/audit", opt=ADMIN)
async def audit_log(
    request: Asker, desk: Given[Desk], templates: Given[Templates], before: Before = 2**62
) -> Response[bytes]:
    """Who read or changed what, the newest first."""
    who = request.state.who
    await desk.note(who, "read.audit", "", f"before {before}" if before < 2**62 else "")
    entries = await desk.read(lambda store: audit.entries(store, before, ON_A_PAGE))
    following = entries[-1].n if len(entries) == ON_A_PAGE else None
    return templates.page("audit.html", who=who, here="audit", entries=entries, following=following)


@get("/farmwatch.css", opt=OPEN)
async def style() -> Response[bytes]:
    """The one style sheet."""
    return Response(STYLE, media_type="text/css", headers=KEPT)


@get("/farmwatch.svg", opt=OPEN)
async def mark() -> Response[bytes]:
    """The sign in a browser's tab."""
    return Response(MARK, media_type="image/svg+xml", headers=KEPT)
