"""Lists: opaque cursors, limits, and entity tags by which an unchanged answer costs nothing."""

import base64
import hashlib
from typing import Annotated, Any, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from collector.api.problem import Refused

T = TypeVar("T")
MOST = 500
Limit = Annotated[
    int, QueryParameter(ge=1, le=MOST, description=f"At most this many, 1 to {MOST}.")
]
Cursor = Annotated[
    str,
    QueryParameter(max_length=500, description="`next` of the page before; empty for the first."),
]


def cursor(place: object) -> str:
    """A place in a list as text that means nothing to the caller."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def place(text: str, kind: Any) -> Any:
    """The place that a cursor stands for."""
    try:
        padded = text + "=" * (-len(text) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded.encode()), type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Refused(422, "not a cursor of this list", "cursor") from error


def tagged(request: Request[Any, Any, Any], document: T) -> Response[T]:
    """The document with its entity tag, or 304 when the caller has it already."""
    content = msgspec.json.encode(document)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    known = [tag.strip().removeprefix("W/") for tag in _tags(request)]
    if etag in known or "*" in known:
        return cast("Response[T]", Response(b"", status_code=304, headers=headers))
    made = Response(content, media_type="application/json", headers=headers)
    return cast("Response[T]", made)  # encoded already, for the tag


def _tags(request: Request[Any, Any, Any]) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")
