"""What the commands say when something is wrong: one clear line each, and the exit code."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.end_to_end.site import site
from tests.processes import command, free_port, until

NOWHERE = {"FARMWATCH_URL": "http://127.0.0.1:9", "FARMWATCH_TOKEN": "none"}
"""Port 9 is discard's; nobody listens there."""


def ran(*words: str, env: dict[str, str] | None = None) -> tuple[int, list[str]]:
    """The exit code and the lines on standard error."""
    ended = subprocess.run(
        [command(words[0]), *words[1:]],
        env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stderr.splitlines()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        listen = f"127.0.0.1:{port}"
        code, lines = ran(
            "farmwatch-collector", "serve", "--data", str(tmp_path), "--listen", listen
        )
    assert (code, lines) == (
        2, [f"farmwatch-collector: --listen: 127.0.0.1 port {port}: Address already in use"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("farmwatch-collector", "serve", "--listen", f"127.0.0.1:{free_port()}", "--data"),
        ("farmwatch-collector", "init", "--data"),
        ("farmwatch-agent", "run", "--data"),
        ("farmwatch-agent", "enrol", "--url", "http://127.0.0.1:9", "--token", "a", "--data"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_data_directory_that_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = str(tmp_path / "file" / "data")
    code, lines = ran(*words, folder)
    assert code == 2
    assert len(lines) == 1
    assert folder in lines[0]
    assert lines[0].startswith(words[0])


def test_two_collectors_on_one_directory_are_one_too_many(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("")
    with site(tmp_path) as made:
        made.start_collector(policy)
        code, lines = ran(
            "farmwatch-collector", "serve", "--data", str(tmp_path / "collector"),
            "--listen", f"127.0.0.1:{free_port()}",
        )  # fmt: skip
    assert code == 2
    assert len(lines) == 1
    assert str(tmp_path / "collector") in lines[0]


@pytest.mark.parametrize(
    "words", [("hosts",), ("host", "a"), ("findings",), ("ask", "a", "usb"), ("sign-in-link",)]
)
def test_a_collector_that_is_not_there_is_said_in_one_line(words: tuple[str, ...]) -> None:
    code, lines = ran("farmwatch", *words, env=NOWHERE)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("farmwatch: no collector answers at http://127.0.0.1:9")


def test_a_wrong_token_and_an_unknown_host_are_said_in_one_line(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("")
    with site(tmp_path) as made:
        made.start_collector(policy)
        refused = ran("farmwatch", "hosts", env={**made.env, "FARMWATCH_TOKEN": "wrong"})
        unknown = ran("farmwatch", "host", "nobody", env=made.env)
    assert refused[0] == 1
    assert len(refused[1]) == 1
    assert "token" in refused[1][0]
    assert unknown == (1, ["farmwatch: no host's name or id begins with 'nobody'"])


def test_all_faults_of_an_agents_flags_come_at_once(tmp_path: Path) -> None:
    code, lines = ran(
        "farmwatch-agent", "run", "--data", str(tmp_path), "--url", "ftp://a",
        "--recording", "/not/there.yaml", "--colour",
    )  # fmt: skip
    assert code == 2
    assert len([line for line in lines if line.startswith("farmwatch-agent")]) == 3
    for word in ("--url", "--recording", "--colour"):
        assert any(word in line for line in lines)


def test_a_laptops_name_cannot_steer_the_operators_terminal(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("")
    machine = yaml.safe_load((ROOT / "agent/recordings/linux-laptop-innocent.yaml").read_text())
    machine["files"]["/proc/sys/kernel/hostname"] = "\x1b]0;owned\x07\x1b[2Jlap\u202etop\n"
    page = tmp_path / "machine.yaml"
    page.write_text(yaml.safe_dump(machine))
    with site(tmp_path) as made:
        made.start_collector(policy)
        made.start_agent("laptop", "--recording", str(page))
        host = made.host_of("laptop")
        until(lambda: made.api(f"/v1/hosts/{host}")["host"]["name"], 15, made.logs())
        shown = [
            subprocess.run(
                [command("farmwatch"), *words],
                env={**os.environ, **made.env}, capture_output=True, timeout=60, check=True,
            ).stdout
            for words in (("hosts",), ("host", host))
        ]  # fmt: skip
        page_shown = made.page(f"/hosts/{host}")
    for output in shown:
        assert b"\x1b" not in output
        assert b"\\x1b]0;owned" in output
    assert "\x1b" not in page_shown
    assert "\u202e" not in page_shown
    assert "\\x1b[2Jlap\\u202etop" in page_shown
