"""Pages for what went wrong: the same words as the API's problems, for people."""

from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from collector.api.problem import Refused
from collector.dashboard.doors import NotSignedIn
from collector.dashboard.templates import Templates

log = structlog.get_logger(__name__)
Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]
TITLES = {401: "Sign in", 403: "Not for this role", 404: "There is no such page"}


def handlers(templates: Templates) -> MutableMapping[int | type[Exception], Handler]:
    """What to show for each kind of trouble on a page."""

    def on_refused(request: Request[Any, Any, Any], error: Refused) -> Response[Any]:
        return _page(request, templates, error.status, error.detail)

    def on_invalid(request: Request[Any, Any, Any], _error: ValidationException) -> Response[Any]:
        return _page(request, templates, 422, "this address has a part that means nothing here")

    def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        return _page(request, templates, error.status_code, error.detail)

    def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        log.error("failed", path=request.url.path, exc_info=error)
        return _page(request, templates, 500, "a fault of the collector; its log says more")

    return {
        NotSignedIn: _to_sign_in,
        Refused: on_refused,
        ValidationException: on_invalid,
        HTTPException: on_http,
        Exception: on_bug,
    }


def _to_sign_in(_request: Request[Any, Any, Any], _error: NotSignedIn) -> Response[Any]:
    return Redirect("/sign-in", status_code=303)


def _page(
    request: Request[Any, Any, Any], templates: Templates, status: int, detail: str
) -> Response[bytes]:
    title = TITLES.get(status, "That did not work")
    here = {"who": request.state.who, "here": ""} if "who" in request.state else {}
    return templates.page("trouble.html", status=status, title=title, detail=detail, **here)
