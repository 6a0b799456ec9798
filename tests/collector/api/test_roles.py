"""Every route and every role: who is let in. A new route fails here until it is in the table."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from litestar.handlers import HTTPRouteHandler

from collector.tokens import Role
from tests.collector.whole import PIKVM, Whole

ROLES = (None, Role.viewer, Role.analyst, Role.responder, Role.admin)
BODIES: Mapping[str, object] = {
    "POST /v1/questions": {"json": {"hosts": ["HOST"], "sensor": "usb"}},
    "POST /v1/tokens": {"json": {"kind": "enrolment"}},
    "PUT /v1/policy": {"content": "judge_virtual: true"},
}

# Nobody, viewer, analyst, responder, admin. The last one revokes the host that the others need.
API = {
    "GET /v1/hosts": (401, 200, 200, 200, 200),
    "GET /v1/hosts/{id:str}": (401, 403, 200, 200, 200),
    "GET /v1/hosts/{id:str}/rows": (401, 403, 200, 200, 200),
    "POST /v1/hosts/{id:str}/accept": (401, 403, 403, 403, 200),
    "GET /v1/findings": (401, 403, 200, 200, 200),
    "GET /v1/policy": (401, 403, 200, 200, 200),
    "PUT /v1/policy": (401, 403, 403, 403, 200),
    "POST /v1/questions": (401, 403, 403, 201, 201),
    "GET /v1/questions/{id:str}": (401, 403, 403, 404, 404),
    "GET /v1/audit": (401, 403, 403, 403, 200),
    "GET /v1/tokens": (401, 403, 403, 403, 200),
    "POST /v1/tokens": (401, 403, 403, 403, 201),
    "DELETE /v1/tokens/{id:str}": (401, 403, 403, 403, 404),
    "POST /v1/sign-in-links": (401, 403, 403, 403, 201),
    "GET /v1/policies/{etag:str}": (404, 404, 404, 404, 404),
    "GET /v1/echo": (200, 200, 200, 200, 200),
    "GET /healthz": (200, 200, 200, 200, 200),
    "GET /readyz": (200, 200, 200, 200, 200),
    "GET /openapi.json": (200, 200, 200, 200, 200),
    "POST /v1/hosts/{id:str}/revoke": (401, 403, 403, 403, 200),
}
PAGES = {
    "GET /": (303, 200, 200, 200, 200),
    "GET /hosts/{id:str}": (303, 403, 200, 200, 200),
    "GET /findings": (303, 403, 200, 200, 200),
    "GET /blind-spots": (303, 200, 200, 200, 200),
    "GET /audit": (303, 403, 403, 403, 200),
    "GET /sign-in": (200, 200, 200, 200, 200),
    "POST /sign-in": (401, 401, 401, 401, 401),
    "POST /sign-out": (200, 200, 200, 200, 200),
    "GET /farmwatch.css": (200, 200, 200, 200, 200),
    "GET /farmwatch.svg": (200, 200, 200, 200, 200),
}


def cases(table: Mapping[str, tuple[int, ...]]) -> list[ParameterSet]:
    return [
        pytest.param(route, role, status, id=f"{route} as {role.name if role else 'nobody'}")
        for route, statuses in table.items()
        for role, status in zip(ROLES, statuses, strict=True)
    ]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Whole, str]]:
    """A collector with one host."""
    whole = Whole(tmp_path_factory.mktemp("roles"))
    host = whole.host_id(whole.reported(usb=[PIKVM]))
    yield whole, host
    whole.close()


def routes(whole: Whole) -> set[str]:
    return {
        f"{method} {route.path_format.replace('{id}', '{id:str}').replace('{etag}', '{etag:str}')}"
        for route in whole.collector.site.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and "role" in handler.opt
        for method in handler.http_methods
    }


def test_every_route_is_in_the_table(known: tuple[Whole, str]) -> None:
    assert routes(known[0]) == API.keys() | PAGES.keys()


def test_no_route_is_without_a_role_but_those_of_the_framework(known: tuple[Whole, str]) -> None:
    without = {
        route.path
        for route in known[0].collector.site.routes
        for handler in getattr(route, "route_handlers", ())
        if "role" not in handler.opt and handler.http_methods != {"OPTIONS"}
    }
    assert without == set()


@pytest.mark.parametrize(("route", "role", "status"), cases(API))
def test_a_call_lets_in_who_has_the_role(
    known: tuple[Whole, str], route: str, role: Role | None, status: int
) -> None:
    whole, host = known
    method, path = route.split()
    more = json.loads(json.dumps(BODIES.get(route, {})).replace("HOST", host))
    path = path.replace("{id:str}", host).replace("{etag:str}", "none")
    assert whole.call(method, path, role, **more).status_code == status


@pytest.mark.parametrize(("route", "role", "status"), cases(PAGES))
def test_a_page_lets_in_who_has_the_role(
    known: tuple[Whole, str], route: str, role: Role | None, status: int
) -> None:
    whole, host = known
    method, path = route.split()
    headers = whole.cookie(role) if role else {}
    more: dict[str, Any] = {"data": {"token": "wrong"}} if route == "POST /sign-in" else {}
    answer = whole.browse(method, path.replace("{id:str}", host), headers=headers, **more)
    assert answer.status_code == status


def test_the_api_takes_no_cookie_and_a_page_takes_no_bearer_token(
    known: tuple[Whole, str],
) -> None:
    whole, _host = known
    assert whole.browse("GET", "/v1/hosts", headers=whole.cookie(Role.admin)).status_code == 401
    assert whole.call("GET", "/", Role.admin).status_code == 303
