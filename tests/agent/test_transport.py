import hashlib
import ssl
import time
from contextlib import closing
from pathlib import Path

import pytest

from agent import transport
from agent.transport import BadAddress, Connection, Response, TooMuch, Unreachable, address, pinned
from tests.agent.web import made_certificate, web


def answer(url: str, ca: Path | None = None, method: str = "GET") -> Response:
    with closing(Connection(address(url), ca, time.monotonic)) as connection:
        return connection.ask(method, "/v1/reports", {}, b"")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://example.org", "plain http only to this machine itself; use https"),
        ("ftp://localhost", "expected https://HOST[:PORT]"),
        ("collector", "expected https://HOST[:PORT]"),
        ("https://me:secret@host", "no user, query or fragment may stand in it"),
        ("https://host?x=1", "no user, query or fragment may stand in it"),
        ("https://host:99999", "Port out of range 0-65535"),
    ],
)
def test_an_address_that_the_agent_may_not_call_says_why(text: str, why: str) -> None:
    with pytest.raises(BadAddress) as caught:
        address(text)
    assert str(caught.value) == f"{text!r}: {why}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("https://farm.example/watch", "https://farm.example:443/watch"),
    ],
)
def test_an_address_has_one_spelling(text: str, url: str) -> None:
    assert address(text).url == url


def test_a_connection_is_kept_for_the_next_question() -> None:
    with web(Response(200, {}, b"one"), Response(202, {"X-Two": "2"}, b"two")) as there:
        connection = Connection(address(there.url), None, time.monotonic)
        answers = [connection.ask("POST", "/v1/reports", {}, body) for body in (b"a", b"b")]
        connection.close()
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"one"), (202, b"two")]
    assert answers[1].headers["x-two"] == "2"
    assert there.asked == [("POST", "/v1/reports", b"a"), ("POST", "/v1/reports", b"b")]
    assert len(there.connections) == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    with web(Response(200), Response(201), silent_after=1) as there:
        connection = Connection(address(there.url), None, time.monotonic)
        statuses = [connection.ask("POST", "/v1/reports", {}, b"a").status for _ in range(2)]
        connection.close()
    assert (statuses, len(there.connections)) == ([200, 201], 2)


def test_a_redirect_is_never_followed() -> None:
    with web(Response(307, {"Location": "/elsewhere"}), Response(200)) as there:
        assert answer(there.url, method="POST").status == 307
    assert [path for _, path, _ in there.asked] == ["/v1/reports"]


def test_an_answer_over_the_limit_is_refused() -> None:
    with web(Response(200, {}, b"x" * (transport.MAX_REPLY + 1))) as there, pytest.raises(TooMuch):
        answer(there.url)


def test_nobody_there_is_one_fault() -> None:
    with web() as there:
        url = there.url
    with pytest.raises(Unreachable, match="refused"):
        answer(url)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with web(certificate=made_certificate(tmp_path)) as there, pytest.raises(Unreachable) as caught:
        answer(there.url)
    assert "certificate verify failed" in str(caught.value)


def test_a_certificate_found_by_its_fingerprint_is_trusted_from_then_on(tmp_path: Path) -> None:
    certificate = made_certificate(tmp_path)
    only = ssl.PEM_cert_to_DER_cert((tmp_path / "only.pem").read_text())
    kept = tmp_path / "ca.pem"
    with web(Response(200), certificate=certificate) as there:
        kept.write_text(pinned(address(there.url), hashlib.sha256(only).hexdigest()))
        assert answer(there.url, kept).status == 200


def test_another_fingerprint_is_refused(tmp_path: Path) -> None:
    with web(certificate=made_certificate(tmp_path)) as there, pytest.raises(Unreachable) as caught:
        pinned(address(there.url), "0" * 64)
    assert f"shows no certificate with SHA-256 {'0' * 64}" in str(caught.value)


def test_the_name_on_a_pinned_certificate_must_be_the_collectors(tmp_path: Path) -> None:
    certificate = made_certificate(tmp_path, "elsewhere.example")
    with web(certificate=certificate) as there, pytest.raises(Unreachable) as caught:
        answer(there.url, tmp_path / "only.pem")
    assert "Hostname mismatch" in str(caught.value)


def test_a_file_that_holds_no_certificate_is_the_operators_fault(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(BadAddress, match=r"ca\.pem: not a file of certificates"):
        answer("https://localhost:1", tmp_path / "ca.pem")
