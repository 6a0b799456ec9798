"""Every refusal is a problem document that names the field."""

from typing import Any

import pytest

from collector.tokens import Role
from tests.collector.whole import Whole

Case = tuple[str, str, dict[str, Any], int, str]
CASES: dict[str, Case] = {
    "limit too large": ("GET", "/v1/hosts?limit=501", {}, 422, "limit"),
    "limit too small": ("GET", "/v1/hosts?limit=0", {}, 422, "limit"),
    "limit no number": ("GET", "/v1/findings?limit=x", {}, 422, "limit"),
    "after negative": ("GET", "/v1/findings?after=-1", {}, 422, "after"),
    "level unknown": ("GET", "/v1/hosts?level=bad", {}, 422, "level"),
    "search too long": ("GET", "/v1/hosts?q=" + "x" * 201, {}, 422, "q"),
    "cursor no base64": ("GET", "/v1/hosts?cursor=%2B%2B", {}, 422, "cursor"),
    "cursor no place": ("GET", "/v1/hosts?cursor=W10", {}, 422, "cursor"),
    "cursor of another list": (
        "GET",
        "/v1/hosts?level=high&cursor=eyJzdGFnZSI6ImNsZWFyIiwibiI6MX0",
        {},
        422,
        "cursor",
    ),
    "host unknown": ("GET", "/v1/hosts/none", {}, 404, "id"),
    "rows of a host unknown": ("GET", "/v1/hosts/none/rows", {}, 404, "id"),
    "question unknown": ("GET", "/v1/questions/none", {}, 404, "id"),
    "policy etag unknown": ("GET", "/v1/policies/none", {}, 404, "etag"),
    "token unknown": ("DELETE", "/v1/tokens/api-99", {}, 404, "id"),
    "token id no id": ("DELETE", "/v1/tokens/x", {}, 404, "id"),
    "token kind missing": ("POST", "/v1/tokens", {"json": {}}, 422, "kind"),
    "token kind unknown": ("POST", "/v1/tokens", {"json": {"kind": "x"}}, 422, "kind"),
    "token without a role": ("POST", "/v1/tokens", {"json": {"kind": "api"}}, 422, "role"),
    "token without a name": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "api", "role": "viewer"}},
        422,
        "name",
    ),
    "token with uses": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "api", "role": "viewer", "name": "x", "uses": 2}},
        422,
        "uses",
    ),
    "enrolment with a role": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "enrolment", "role": "viewer"}},
        422,
        "role",
    ),
    "enrolment without uses": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "enrolment", "uses": 0}},
        422,
        "uses",
    ),
    "enrolment from nowhere": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "enrolment", "network": "192.0.2.1/24"}},
        422,
        "network",
    ),
    "field unknown": (
        "POST",
        "/v1/tokens",
        {"json": {"kind": "enrolment", "colour": "red"}},
        422,
        "colour",
    ),
    "link for a role unknown": ("POST", "/v1/sign-in-links", {"json": {"role": "x"}}, 422, "role"),
    "question to nobody": (
        "POST",
        "/v1/questions",
        {"json": {"hosts": [], "sensor": "usb"}},
        422,
        "hosts",
    ),
    "question to a host unknown": (
        "POST",
        "/v1/questions",
        {"json": {"hosts": ["none"], "sensor": "usb"}},
        422,
        "hosts[0]",
    ),
    "question to a sensor unknown": (
        "POST",
        "/v1/questions",
        {"json": {"hosts": ["none"], "sensor": "shell"}},
        422,
        "sensor",
    ),
    "question that has expired": (
        "POST",
        "/v1/questions",
        {"json": {"hosts": ["none"], "sensor": "usb", "expires_in_s": 0}},
        422,
        "expires_in_s",
    ),
    "policy not UTF-8": ("PUT", "/v1/policy", {"content": b"\xff"}, 422, "policy.yaml"),
    "policy not YAML": ("PUT", "/v1/policy", {"content": b"a: ["}, 422, "policy.yaml:1"),
    "body not JSON": ("POST", "/v1/tokens", {"content": b"{"}, 400, ""),
    "page unknown": ("GET", "/v1/nothing", {}, 404, ""),
    "method unknown": ("DELETE", "/v1/hosts", {}, 405, ""),
    "agents' call with GET": ("GET", "/v1/reports", {}, 405, ""),
    "agents' call with PUT": ("PUT", "/v1/enrolments", {}, 405, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_names_the_field(whole: Whole, name: str) -> None:
    method, path, more, status, place = CASES[name]
    answer = whole.call(method, path, **more)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"].startswith("urn:farmwatch:problem:")
    assert problem.get("place", "") == place


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/hosts", "GET"),
        ("GET", "/v1/reports", "POST"),
        ("PUT", "/v1/findings", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(
    whole: Whole, method: str, path: str, allow: str
) -> None:
    assert allow in whole.call(method, path).headers["allow"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic c2VjcmV0", "secret-of-admin"]
)
def test_without_a_valid_token_there_is_only_401(whole: Whole, header: str) -> None:
    answer = whole.browse("GET", "/v1/hosts", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:farmwatch:problem:unauthenticated"


def test_too_little_a_role_is_told_which_one_is_needed(whole: Whole) -> None:
    problem = whole.call("GET", "/v1/audit", Role.analyst).json()
    assert problem["type"] == "urn:farmwatch:problem:forbidden"
    assert problem["detail"] == "this needs the role admin, the token has analyst"


def test_a_body_that_is_too_large_is_not_read(whole: Whole) -> None:
    answer = whole.call("PUT", "/v1/policy", content=b"#" * (1024 * 1024 + 1))
    assert answer.status_code == 413


def test_refusals_of_strangers_are_one_line_for_each_address_and_minute(whole: Whole) -> None:
    for peer in ("192.0.2.1", "192.0.2.2"):
        for _ in range(3):
            whole.browse("GET", "/v1/hosts", peer=peer)
    whole.later(minutes=1)
    whole.browse("GET", "/v1/hosts", peer="192.0.2.1")
    assert whole.audited() == [
        ("-", "refused", "/v1/hosts", "192.0.2.1"),
        ("-", "refused", "/v1/hosts", "192.0.2.2"),
        ("-", "refused", "/v1/hosts", "192.0.2.1"),
    ]
