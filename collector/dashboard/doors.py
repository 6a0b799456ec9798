"""Signing in and out, and the guard of the pages."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency as Given
from litestar.handlers.base import BaseRouteHandler
from litestar.params import QueryParameter, URLEncodedBody

from collector.api.access import OPEN, address_of, base_of, token_numbered, token_of
from collector.api.desk import Desk, Who
from collector.api.problem import Refused
from collector.dashboard.sessions import SESSION_HOURS, Sessions
from collector.dashboard.templates import Templates
from collector.tokens import Role

COOKIE = "farmwatch"


class NotSignedIn(Exception):
    """A page was asked for by a browser that is not signed in."""


class Pasted(msgspec.Struct, frozen=True):
    """What the sign-in form sends."""

    token: Annotated[str, msgspec.Meta(max_length=200)] = ""


async def signed_in(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The pages' guard: lets in a browser whose session has the role."""
    needed: Role | None = handler.opt["role"]
    if needed is None:
        return
    who = await _who(connection)
    if who is None:
        raise NotSignedIn
    if who.role < needed:
        raise Refused(403, f"this page needs the role {needed.name}; you have {who.role.name}")
    connection.state.who = who


@get("/sign-in", opt=OPEN)
async def sign_in(
    request: Request[Any, Any, Any],
    desk: Given[Desk],
    sessions: Given[Sessions],
    templates: Given[Templates],
    code: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Response[bytes]:
    """The form to paste a token into; with the code of a link, the way in."""
    if not code:
        return templates.page("sign_in.html", wrong="")
    secret = sessions.redeem(code)
    if secret is None:
        await desk.complain(address_of(request), "/sign-in")
        wrong = "This link was used already, or is older than ten minutes. Ask for another one."
        return templates.page("sign_in.html", status=401, wrong=wrong)
    return await _welcome(request, desk, sessions, templates, secret)


@post("/sign-in", opt=OPEN, status_code=200)
async def paste_token(
    request: Request[Any, Any, Any],
    desk: Given[Desk],
    sessions: Given[Sessions],
    templates: Given[Templates],
    data: URLEncodedBody[Pasted],
) -> Response[bytes]:
    """Signs in with an API token."""
    token = await token_of(desk, data.token.strip())
    if token is None:
        await desk.complain(address_of(request), "/sign-in")
        wrong = "This token is not valid."
        return templates.page("sign_in.html", status=401, wrong=wrong)
    secret = sessions.open(token.id, token.name, token.role)
    return await _welcome(request, desk, sessions, templates, secret)


@post("/sign-out", opt=OPEN, status_code=200)
async def sign_out(
    request: Request[Any, Any, Any], sessions: Given[Sessions], templates: Given[Templates]
) -> Response[bytes]:
    """Ends the session of this browser."""
    sessions.close(request.cookies.get(COOKIE, ""))
    response = templates.page("sign_in.html", wrong="")
    response.delete_cookie(COOKIE)
    return response


async def _welcome(
    request: Request[Any, Any, Any],
    desk: Desk,
    sessions: Sessions,
    templates: Templates,
    secret: str,
) -> Response[bytes]:
    # A page of ours leads on, rather than a redirect: a Strict cookie does not travel along a
    # redirect that began at a link elsewhere.
    session = sessions.find(secret)
    assert session is not None
    who = Who(session.token, session.name, session.role, address_of(request))
    await desk.note(who, "sign-in", "")
    response = templates.page("welcome.html")
    response.set_cookie(
        Cookie(
            COOKIE,
            value=secret,
            httponly=True,
            samesite="strict",
            secure=base_of(request).startswith("https:"),
            max_age=SESSION_HOURS * 3600,
        )
    )
    return response


async def _who(connection: ASGIConnection[Any, Any, Any, Any]) -> Who | None:
    desk: Desk = connection.app.state.desk
    sessions: Sessions = connection.app.state.sessions
    session = sessions.find(connection.cookies.get(COOKIE, ""))
    token = await token_numbered(desk, session.token) if session else None
    if session is None or token is None:
        return None
    role = min(session.role, token.role)
    return Who(token.id, session.name, role, address_of(connection))
