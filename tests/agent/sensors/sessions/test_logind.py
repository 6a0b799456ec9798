import pytest

from agent.sensors.sessions.logind import Session, origin, remote


def said(**values: str) -> str:
    lines = {"UID": "1000", "USER": "kim", "STATE": "active", "CLASS": "user", **values}
    return "# This is private data. Do not parse.\n" + "".join(
        f"{name}={value}\n" for name, value in lines.items()
    )


@pytest.mark.parametrize(
    ("values", "session"),
    [
        ({"REMOTE": "0", "SERVICE": "gdm-password"}, None),
        ({"REMOTE": "1", "SERVICE": "sshd", "REMOTE_HOST": "192.0.2.7"}, ("ssh", "192.0.2.7")),
        ({"REMOTE": "1", "SERVICE": "sshd", "REMOTE_HOST": "pc.example"}, ("ssh", "")),
        ({"REMOTE": "1", "SERVICE": "login", "REMOTE_HOST": "192.0.2.7"}, ("other", "192.0.2.7")),
        ({"REMOTE": "0", "SERVICE": "xrdp-sesman"}, ("rdp", "")),
        ({"REMOTE": "1", "SERVICE": "sshd", "STATE": "closing"}, None),
        ({"REMOTE": "1", "SERVICE": "sshd", "CLASS": "greeter"}, None),
    ],
)
def test_a_session_is_remote_as_logind_says(
    values: dict[str, str], session: tuple[str, str] | None
) -> None:
    found = remote(said(**values))
    assert (found and (found.service, found.origin)) == session


def test_an_empty_file_is_no_session() -> None:
    assert remote("") is None
    assert remote("garbage\n\0") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::5", "2001:db8::5"),
        ("fe80::1%eth0", "fe80::1"),
        ("127.0.0.1", ""),
        ("::ffff:127.0.0.1", ""),
        ("::1", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_an_origin_is_an_address_in_one_spelling(text: str, address: str) -> None:
    assert origin(text) == address


def test_sessions_are_values() -> None:
    assert Session("ssh", "192.0.2.7") == Session("ssh", "192.0.2.7")
