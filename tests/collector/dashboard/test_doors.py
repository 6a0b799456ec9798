from collector.tokens import Role
from tests.collector.whole import Whole


def link(whole: Whole) -> str:
    url = whole.call("POST", "/v1/sign-in-links").json()["url"]
    return str(url.removeprefix("http://farmwatch.test"))


def test_a_browser_that_is_not_signed_in_is_led_to_the_form(whole: Whole) -> None:
    answer = whole.browse("GET", "/hosts/none")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(whole: Whole) -> None:
    answer = whole.browse("GET", link(whole))
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("farmwatch=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(attributes)
    assert "Secure" not in attributes


def test_a_link_works_once(whole: Whole) -> None:
    path = link(whole)
    assert whole.browse("GET", path).status_code == 200
    again = whole.browse("GET", path)
    assert again.status_code == 401
    assert "This link was used already" in again.text
    assert "set-cookie" not in again.headers


def test_a_link_works_for_ten_minutes(whole: Whole) -> None:
    early, late = link(whole), link(whole)
    whole.later(seconds=599)
    assert whole.browse("GET", early).status_code == 200
    whole.later(seconds=1)
    assert whole.browse("GET", late).status_code == 401


def test_asking_for_the_head_of_a_link_does_not_use_it_up(whole: Whole) -> None:
    path = link(whole)
    assert whole.browse("HEAD", path).status_code == 405
    assert whole.browse("GET", path).status_code == 200


def test_a_token_can_be_pasted(whole: Whole) -> None:
    assert "the analyst · analyst" in whole.page("/", Role.analyst).text


def test_a_wrong_token_is_refused_and_noted(whole: Whole) -> None:
    answer = whole.browse("POST", "/sign-in", data={"token": "wrong"}, peer="192.0.2.3")
    assert answer.status_code == 401
    assert "This token is not valid." in answer.text
    assert whole.audited() == [("-", "refused", "/sign-in", "192.0.2.3")]


def test_signing_out_ends_the_session_itself(whole: Whole) -> None:
    cookie = whole.cookie(Role.admin)
    out = whole.browse("POST", "/sign-out", headers=cookie)
    assert 'farmwatch=""' in out.headers["set-cookie"] or "Max-Age=0" in out.headers["set-cookie"]
    assert whole.browse("GET", "/", headers=cookie).status_code == 303


def test_a_session_ends_after_twelve_hours(whole: Whole) -> None:
    cookie = whole.cookie(Role.admin)
    whole.later(hours=12, seconds=-1)
    assert whole.browse("GET", "/", headers=cookie).status_code == 200
    whole.later(seconds=1)
    assert whole.browse("GET", "/", headers=cookie).status_code == 303


def test_a_revoked_token_ends_the_sessions_that_came_of_it(whole: Whole) -> None:
    made = whole.call("POST", "/v1/tokens", json={"kind": "api", "name": "x", "role": "viewer"})
    token = made.json()
    answer = whole.browse("POST", "/sign-in", data={"token": token["token"]})
    cookie = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert whole.browse("GET", "/", headers=cookie).status_code == 200
    whole.call("DELETE", f"/v1/tokens/{token['id']}")
    assert whole.browse("GET", "/", headers=cookie).status_code == 303


def test_a_restart_signs_everybody_out(whole: Whole) -> None:
    cookie = whole.cookie(Role.admin)
    whole.close()
    whole.open()
    assert whole.browse("GET", "/", headers=cookie).status_code == 303


def test_signing_in_is_written_down(whole: Whole) -> None:
    whole.cookie(Role.analyst)
    assert whole.audited() == [("the analyst", "sign-in", "", "192.0.2.9")]


def test_a_form_without_a_token_or_with_a_long_one_is_no_fault_of_ours(whole: Whole) -> None:
    assert whole.browse("POST", "/sign-in", data={}).status_code == 401
    assert whole.browse("POST", "/sign-in", data={"token": "x" * 201}).status_code == 422
