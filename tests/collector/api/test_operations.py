from ipaddress import ip_network
from pathlib import Path

from collector.ingest.forwarded import Proxies
from tests.collector.whole import Whole


def test_a_process_that_answers_is_healthy(whole: Whole) -> None:
    assert whole.get("/healthz", None) == {"status": "ok"}


def test_ready_means_that_the_database_can_be_written_and_judging_keeps_up(whole: Whole) -> None:
    whole.judge()
    assert whole.get("/readyz", None) == {"ready": True, "database": "writable", "lag": 0}
    whole.enrolled()
    assert whole.get("/readyz", None)["lag"] == 1


def test_a_closed_database_is_not_ready(whole: Whole) -> None:
    whole.collector.database.close()
    answer = whole.call("GET", "/readyz", None)
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "the database is closed", "lag": None}


def test_the_echo_is_the_peers_address_whatever_a_stranger_claims(whole: Whole) -> None:
    headers = {"x-forwarded-for": "198.51.100.1"}
    answer = whole.call("GET", "/v1/echo", None, headers=headers, peer="::ffff:192.0.2.4")
    assert answer.json() == {"address": "192.0.2.4"}


def test_behind_a_trusted_proxy_the_echo_and_the_links_are_the_clients(tmp_path: Path) -> None:
    whole = Whole(tmp_path, proxies=Proxies((ip_network("10.0.0.0/8"),)))
    headers = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"}
    answer = whole.call("GET", "/v1/echo", None, headers=headers, peer="10.0.0.2")
    assert answer.json() == {"address": "198.51.100.1"}
    link = whole.call("POST", "/v1/sign-in-links", headers=headers, peer="10.0.0.2").json()
    assert link["url"].startswith("https://farmwatch.test/")
    path = link["url"].removeprefix("https://farmwatch.test")
    signed = whole.browse("GET", path, headers=headers, peer="10.0.0.2")
    assert "Secure" in signed.headers["set-cookie"]
    whole.close()


def test_the_description_names_every_call_the_agents_included(whole: Whole) -> None:
    document = whole.get("/openapi.json", None)
    assert document["openapi"].startswith("3.")
    assert sorted(document["paths"]) == [
        "/healthz",
        "/readyz",
        "/v1/answers",
        "/v1/audit",
        "/v1/echo",
        "/v1/enrolments",
        "/v1/findings",
        "/v1/hosts",
        "/v1/hosts/{id}",
        "/v1/hosts/{id}/accept",
        "/v1/hosts/{id}/revoke",
        "/v1/hosts/{id}/rows",
        "/v1/policies/{etag}",
        "/v1/policy",
        "/v1/questions",
        "/v1/questions/{id}",
        "/v1/reports",
        "/v1/sign-in-links",
        "/v1/tokens",
        "/v1/tokens/{id}",
    ]
    said = document["components"]["schemas"].keys()
    named = {part.split('"')[0] for part in whole.call("GET", "/openapi.json").text.split(
        '"#/components/schemas/')[1:]}  # fmt: skip
    assert named - said == set()


def test_no_page_of_the_framework_is_served(whole: Whole) -> None:
    for path in ("/schema", "/schema/swagger", "/docs", "/schema/openapi.json"):
        assert whole.call("GET", path).status_code == 404
