"""The Litestar application: the API and the pages, with what each call is handed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from collector.api import agents, findings, hosts, operations, policy, problem, questions, tokens
from collector.api.access import OPEN, bearer
from collector.api.desk import Desk
from collector.api.reading import Reader
from collector.dashboard import doors, pages, trouble
from collector.dashboard.sessions import Sessions
from collector.dashboard.templates import Templates
from collector.policies import Policies
from collector.questions.offers import OpenQuestions
from collector.store.memory import Memory

LARGEST_BODY = 1024 * 1024
CALLS = (
    findings.list_findings,
    findings.list_audit,
    hosts.list_hosts,
    hosts.read_host,
    hosts.read_rows,
    hosts.accept_host,
    hosts.revoke_host,
    operations.healthz,
    operations.readyz,
    operations.echo,
    policy.read_policy,
    policy.put_policy,
    policy.read_agent_policy,
    questions.ask,
    questions.read_question,
    tokens.make_token,
    tokens.list_tokens,
    tokens.revoke_token,
    tokens.make_link,
)
PAGES = (
    doors.sign_in,
    doors.paste_token,
    doors.sign_out,
    pages.hosts,
    pages.host,
    pages.findings,
    pages.blind_spots,
    pages.audit_log,
    pages.style,
    pages.mark,
)


@dataclass(frozen=True)
class Parts:
    """What the application is made of."""

    desk: Desk
    policies: Policies
    questions: OpenQuestions
    memory: Memory
    sessions: Sessions


def build(parts: Parts) -> Litestar:
    """The application."""
    templates = Templates(parts.desk.clock)
    handed = {
        "desk": parts.desk,
        "reader": Reader(parts.desk),
        "policies": parts.policies,
        "questions": parts.questions,
        "memory": parts.memory,
        "sessions": parts.sessions,
        "templates": templates,
    }
    dependencies = {name: _provide(value) for name, value in handed.items()}
    api = Router("/", route_handlers=[*CALLS, openapi], guards=[bearer])
    site = Router(
        "/",
        route_handlers=PAGES,
        guards=[doors.signed_in],
        exception_handlers=trouble.handlers(templates),
        include_in_schema=False,
    )
    return Litestar(
        route_handlers=[api, site],
        dependencies=dependencies,
        state=State(
            {
                "desk": parts.desk,
                "sessions": parts.sessions,
                "description": cache(lambda: _description(dependencies)),
            }
        ),
        exception_handlers={
            problem.Refused: problem.on_refused,
            ValidationException: problem.on_invalid,
            HTTPException: problem.on_http,
            Exception: problem.on_bug,
        },
        openapi_config=None,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
    )


@get("/openapi.json", opt=OPEN, include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the API says of itself, the agents' calls included."""
    return Response(request.app.state.description(), media_type="application/json")


def _description(dependencies: Mapping[str, Provide]) -> bytes:
    # An application of its own, since Litestar serves pages of documentation with a description,
    # and those load scripts from elsewhere.
    described = Litestar(
        route_handlers=[Router("/", route_handlers=CALLS)],
        dependencies=dependencies,
        openapi_config=OpenAPIConfig(
            title="Farmwatch collector",
            version="1",
            security=[{"bearer": []}],
            components=Components(
                security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
            ),
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )
    document: dict[str, Any] = described.openapi_schema.to_schema()
    document["paths"] |= agents.paths()
    document["components"]["schemas"] |= agents.schemas()
    return msgspec.json.encode(document)


def _provide(value: object) -> Provide:
    return Provide(_constant(value), use_cache=True, sync_to_thread=False)


def _constant(value: object) -> Callable[[], Any]:
    return lambda: value
