import pytest

from collector.tokens import Role
from lab.laptops import Laptop
from tests.collector.whole import Whole


def made(whole: Whole, **body: object) -> dict[str, str]:
    answer = whole.call("POST", "/v1/tokens", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def works(whole: Whole, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return whole.browse("GET", "/v1/hosts", headers=headers).status_code


def test_a_new_token_lets_in_with_its_role_until_it_is_revoked(whole: Whole) -> None:
    token = made(whole, kind="api", name="soc", role="viewer")
    assert works(whole, token["token"]) == 200
    headers = {"authorization": f"Bearer {token['token']}"}
    assert whole.browse("GET", "/v1/findings", headers=headers).status_code == 403
    assert whole.call("DELETE", f"/v1/tokens/{token['id']}").status_code == 204
    assert works(whole, token["token"]) == 401
    assert whole.call("DELETE", f"/v1/tokens/{token['id']}").status_code == 404


def test_a_token_expires(whole: Whole) -> None:
    token = made(whole, kind="api", name="soc", role="viewer", expires_in_s=60)
    assert token["expires_at"] == "2026-03-02T09:01:00Z"
    whole.later(seconds=59)
    assert works(whole, token["token"]) == 200
    whole.later(seconds=1)
    assert works(whole, token["token"]) == 401


def test_a_secret_is_told_once_and_stored_only_as_a_hash(whole: Whole) -> None:
    secrets = [made(whole, kind="api", name="soc", role="viewer")["token"]]
    secrets.append(made(whole, kind="enrolment")["token"])
    assert [len(secret) for secret in secrets] == [45, 45]
    listed = whole.call("GET", "/v1/tokens").text
    stored = b"".join(path.read_bytes() for path in whole.data.glob("farmwatch.sqlite*"))
    for secret in secrets:
        assert secret not in listed
        assert secret.encode() not in stored


def test_tokens_are_listed_with_what_is_left_of_them(whole: Whole) -> None:
    made(whole, kind="enrolment", uses=3, network="192.0.2.0/24", expires_in_s=3600)
    *_roles, token = whole.get("/v1/tokens")["tokens"]
    assert token == {
        "id": "enrolment-1",
        "kind": "enrolment",
        "name": "the admin",
        "role": "",
        "created_at": "2026-03-02T09:00:00Z",
        "expires_at": "2026-03-02T10:00:00Z",
        "revoked_at": None,
        "uses": 3,
        "used": 0,
        "network": "192.0.2.0/24",
    }


def test_a_revoked_enrolment_token_enrols_nobody(whole: Whole) -> None:
    token = made(whole, kind="enrolment", uses=5)
    whole.call("DELETE", f"/v1/tokens/{token['id']}")
    body = Laptop.seeded(1, 0).enrolment(int(whole.now.timestamp()), token["token"])
    assert whole.call("POST", "/v1/enrolments", None, content=body).status_code == 401


def test_making_and_revoking_are_written_down_without_the_secret(whole: Whole) -> None:
    token = made(whole, kind="api", name="soc", role="viewer")
    whole.call("DELETE", f"/v1/tokens/{token['id']}")
    assert whole.audited() == [
        ("the admin", "token.create", "api-5", "192.0.2.9"),
        ("the admin", "token.revoke", "api-5", "192.0.2.9"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_sign_in_link_opens_the_pages_with_its_role_once(whole: Whole, role: Role) -> None:
    link = whole.call("POST", "/v1/sign-in-links", json={"role": role.name}).json()
    assert link["expires_in_s"] == 600
    assert link["url"].startswith("http://farmwatch.test/sign-in?code=")
    path = link["url"].removeprefix("http://farmwatch.test")
    cookie = whole.browse("GET", path).headers["set-cookie"].partition(";")[0]
    page = whole.browse("GET", "/", headers={"cookie": cookie})
    assert f"the admin · {role.name}" in page.text
    assert whole.browse("GET", path).status_code == 401


def test_a_sign_in_link_without_a_body_is_for_an_admin(whole: Whole) -> None:
    assert whole.call("POST", "/v1/sign-in-links").status_code == 201
