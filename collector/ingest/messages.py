"""HTTP as ingest speaks it: a bounded body in, one JSON document out."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from collector.ingest.refusal import Refusal
from wire.codec import MAX_CALL, encode
from wire.reply import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Gone(Exception):
    """The sender went away before all was said."""


async def body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The whole body, unless it is too large: then no more of it than that is read."""
    encoding = headers.get(b"content-encoding", b"identity")
    if encoding != b"identity":
        raise Refusal("malformed", "send it unencoded", "Content-Encoding")
    length = headers.get(b"content-length", b"0")
    if len(length) > 9 or not length.isdigit() or int(length) > MAX_CALL:
        raise Refusal("too-large", f"a call is at most {MAX_CALL} bytes")
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    read: bytes = message.get("body", b"")
    while message.get("more_body", False):
        if len(read) > MAX_CALL:
            break
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        read += message.get("body", b"")
    if len(read) > MAX_CALL:
        raise Refusal("too-large", f"a call is at most {MAX_CALL} bytes")
    return read


async def reply(send: Send, status: int, document: bytes) -> None:
    """An answer that is not a problem."""
    await _respond(send, status, document, [(b"content-type", b"application/json")])


async def complain(send: Send, problem: Problem, retry_after_s: int | None = None) -> None:
    """A problem document; a body that was not read to its end ends the connection too."""
    headers = [(b"content-type", b"application/problem+json")]
    if retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % retry_after_s))
    if problem.status in {413, 503}:
        headers.append((b"connection", b"close"))
    await _respond(send, problem.status, encode(problem), headers)


async def _respond(send: Send, status: int, document: bytes, headers: Headers) -> None:
    headers.append((b"content-length", b"%d" % len(document)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": document})
