"""How the API says no: RFC 9457 problem documents, one shape for every error.

Refused          the caller's fault: status, detail, and the field at fault
everything else  ours: logged with its trace, and told as `internal` without it
"""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from wire.reply import PROBLEMS

CONTENT_TYPE = "application/problem+json"
_TYPES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported",
    422: "invalid",
    503: "busy",
}
# Object missing required field `kind`, Object contains unknown field `colour`
FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(\w+)`")
log = structlog.get_logger(__name__)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong, and where."""

    place: str
    why: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document; `place` names the field at fault, `faults` lists all when there are more.

    type: `urn:farmwatch:problem:` and a word.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    place: str = ""
    faults: tuple[Fault, ...] = ()


class Refused(Exception):
    """A call that is not carried out, through the caller's doing."""

    def __init__(
        self, status: int, detail: str, place: str = "", faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.place = place
        self.faults = tuple(faults)


def document(status: int, detail: str = "", place: str = "", faults: Sequence[Fault] = ()) -> bytes:
    """A problem document as JSON."""
    return msgspec.json.encode(
        Problem(
            type=PROBLEMS + _TYPES.get(status, "internal"),
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            place=place,
            faults=tuple(faults),
        )
    )


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, status_code=status, media_type=CONTENT_TYPE, headers=headers)


def on_refused(_request: Request[Any, Any, Any], error: Refused) -> Response[bytes]:
    """What the caller is told of its own fault."""
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    body = document(error.status, error.detail, error.place, error.faults)
    return _response(error.status, body, headers)


def on_invalid(_request: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """A parameter or body of the wrong shape: every field at fault is named."""
    faults = tuple(_faults(error.extra))
    if not faults:
        return _response(400, document(400, error.detail))
    return _response(422, document(422, faults[0].why, faults[0].place, faults))


def on_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the router itself refuses: no such page, no such method, not JSON."""
    body = document(error.status_code, error.detail)
    return _response(error.status_code, body, dict(error.headers or {}))


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A fault of ours: the log has it all, the caller learns only that."""
    log.error("failed", path=request.url.path, exc_info=error)
    return _response(500, document(500, "a fault of the collector; its log says more"))


def _faults(extra: object) -> Iterator[Fault]:
    for one in extra if isinstance(extra, list) else ():
        if isinstance(one, dict):
            why = str(one.get("message", ""))
            named = FIELD.search(why)
            yield Fault(place=named[1] if named else str(one.get("key", "")), why=why)
