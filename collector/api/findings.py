"""GET /v1/findings and /v1/audit: the two numbered lists."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter

from collector.api.access import ADMIN, ANALYST
from collector.api.desk import Desk
from collector.api.documents import AuditPage, FindingPage, finding_document
from collector.api.pages import Limit, tagged
from collector.store.audit import entries
from collector.store.listing import findings

Number = Annotated[int, QueryParameter(ge=0, le=2**62)]


@get("/v1/findings", opt=ANALYST, tags=["SOC"])
async def list_findings(
    request: Request[Any, Any, Any], desk: Given[Desk], after: Number = 0, limit: Limit = 100
) -> Response[FindingPage]:
    """Findings numbered above `after`, in order; remember the last number and miss none."""
    found = await desk.read(lambda store: findings(store, after, limit))
    if not found:
        return tagged(request, FindingPage(findings=(), last=after))
    await desk.note(request.state.who, "read.findings", f"{found[0].n} to {found[-1].n}")
    shown = tuple(map(finding_document, found))
    return tagged(request, FindingPage(findings=shown, last=found[-1].n))


@get("/v1/audit", opt=ADMIN, tags=["administration"])
async def list_audit(
    request: Request[Any, Any, Any], desk: Given[Desk], before: Number = 2**62, limit: Limit = 100
) -> Response[AuditPage]:
    """Who read or changed what, newest first; `before` is the last number of the page before."""
    await desk.note(request.state.who, "read.audit", "", f"before {before}")
    found = await desk.read(lambda store: entries(store, before, limit))
    following = found[-1].n if len(found) == limit else None
    return tagged(request, AuditPage(entries=found, next=following))
