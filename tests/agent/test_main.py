import json
from pathlib import Path

import msgspec
import pytest

from agent.main import command
from agent.transport import Response
from tests.agent.test_enrol import GRANT
from tests.agent.web import web
from wire.codec import encode

RECORDING = """
os: linux
about: A machine of a test.
files: {/proc/sys/kernel/hostname: "host1\\n", /etc/os-release: 'PRETTY_NAME="Debian"'}
processes: []
sockets: []
"""


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "linux-test.yaml"
    path.write_text(RECORDING)
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def test_every_fault_of_the_command_line_is_a_line_and_the_code_is_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(["run", "--url", "ftp://x", "--recording", "/nowhere"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "farmwatch-agent: --url: 'ftp://x': expected https://HOST[:PORT]",
        "farmwatch-agent: --recording: /nowhere: no such file",
    ]


def test_a_folder_that_cannot_be_written_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["run", "--data", "/proc/farmwatch"]) == 2
    assert capsys.readouterr().err == (
        "farmwatch-agent: /proc/farmwatch cannot be written: no such file or directory\n"
    )


def test_an_agent_that_is_not_enrolled_does_not_run(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["run", "--data", data]) == 2
    assert capsys.readouterr().err == (
        "farmwatch-agent: not enrolled: run `farmwatch-agent enrol`\n"
    )


def test_a_recording_that_is_none_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "bad.yaml"
    page.write_text("os: [linux\n")
    assert command(["once", "--data", str(tmp_path), "--recording", str(page)]) == 2
    assert "not a recording" in capsys.readouterr().err.splitlines()[1]


def test_once_prints_the_whole_report_and_changes_nothing(
    data: str, recording: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["once", "--data", data, "--recording", recording]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert (report["v"], report["seq"], report["full"]) == (1, 1, True)
    assert [o["rows"][0]["host_name"] for o in report["outcomes"] if o["sensor"] == "machine"] == [
        "host1"
    ]
    assert "not enrolled: keyed hashes are made with a key of zeros" in printed.err
    assert not Path(data).exists()


def test_two_onces_on_an_unchanged_machine_have_equal_digests(
    data: str, recording: str, capsys: pytest.CaptureFixture[str]
) -> None:
    states = []
    for _ in range(2):
        command(["once", "--data", data, "--recording", recording])
        states.append(json.loads(capsys.readouterr().out)["state"])
    assert states[0] == states[1]


def test_the_sensors_are_listed_with_their_defaults(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["sensors", "--data", data, "--json"]) == 0
    listed = {row["sensor"]: row["default"] for row in json.loads(capsys.readouterr().out)}
    assert listed["usb"] == "on"
    assert command(["sensors", "--data", data]) == 0
    assert capsys.readouterr().out.split()[:4] == ["sensor", "default", "privileges", "last"]


def test_a_laptop_is_enrolled_once_and_shows_that_it_was(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with web(Response(201, {}, encode(GRANT))) as there:
        words = ["enrol", "--data", data, "--url", there.url, "--token", "t"]
        assert command(words) == 0
        assert command(words) == 0
        assert command([*words[:4], "http://localhost:1", *words[5:]]) == 2
    assert [path for _, path, _ in there.asked] == ["/v1/enrolments"]
    printed = capsys.readouterr()
    assert printed.out == "enrolled as host 0191\n"
    assert "enrolled already as host 0191" in printed.err
    assert (Path(data) / "identity.json").stat().st_mode & 0o777 == 0o600
    command(["show", "--data", data])
    assert capsys.readouterr().out.splitlines()[1:] == ["    enrolment with a token", "    -> 201"]


def test_becoming_another_host_begins_another_epoch(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    again = msgspec.structs.replace(GRANT, host_id="0192")
    with web(Response(201, {}, encode(GRANT)), Response(201, {}, encode(again))) as there:
        words = ["enrol", "--data", data, "--url", there.url, "--token", "t"]
        assert command(words) == 0
        assert command([*words, "--anew"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "enrolled as host 0191",
        "enrolled as host 0192",
    ]
    assert len(list((Path(data) / "spool").iterdir())) == 1


def test_the_doctor_ends_with_1_when_something_is_amiss(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["doctor", "--data", data]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("bad  enrolment: not enrolled")


def test_a_recording_is_written(tmp_path: Path, data: str) -> None:
    page = tmp_path / "linux-here.yaml"
    assert command(["record", "--data", data, str(page)]) == 0
    assert page.read_text().startswith("os: linux\n")
