from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.options import BadOptions, default_data, read

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def faults(*words: str) -> tuple[str, ...]:
    with pytest.raises(BadOptions) as caught:
        read(words, NOW)
    return caught.value.faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "ceiling.yaml"
    bad.write_text("never: all\n- [usb]\n")
    assert faults(
        "run", "--url", "http://example.org", "--recording", "/nowhere", "--ceiling", str(bad),
        "--colour", "--data",
    ) == (
        "--colour: no such option",
        "--data: needs a value",
        f"{bad}:1: not `- sensor`",
        f"{bad}:2: not `- sensor`",
        "--url: 'http://example.org': plain http only to this machine itself; use https",
        "--recording: /nowhere: no such file",
    )  # fmt: skip


def test_enrolment_needs_an_address_and_a_token() -> None:
    assert faults("enrol") == ("--url: is needed", "--token: is needed")


def test_a_command_that_does_not_exist_is_told() -> None:
    assert "invalid choice: 'dance'" in faults("dance")[0]


def test_a_flag_is_not_guessed_from_its_beginning() -> None:
    assert faults("run", "--rec", "x") == ("--rec: no such option", "x: no such option")


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("7d", datetime(2026, 11, 17, 9, 0, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 23, 21, 0, tzinfo=UTC)),
        ("30m", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:00+02:00", datetime(2026, 11, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_since_when_to_show(text: str, since: datetime) -> None:
    assert read(("show", "--since", text), NOW).since == since


def test_a_moment_that_is_none_is_told() -> None:
    assert faults("show", "--since", "yesterday") == (
        "--since: 'yesterday': expected 7d, 12h, 30m or 2026-11-24[T09:00]",
    )


def test_a_fingerprint_is_taken_with_or_without_colons() -> None:
    words = ("enrol", "--url", "https://farm", "--token", "t", "--ca")
    plain = read((*words, "sha256:" + "ab" * 32), NOW).ca
    assert (
        read((*words, "sha256:" + ":".join(["AB"] * 32)), NOW).ca == plain == f"sha256:{'ab' * 32}"
    )


def test_what_is_not_said_has_its_default() -> None:
    options = read(("run",), NOW)
    assert (options.data, options.url, options.recording) == (default_data(), "", None)


def test_a_ceiling_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ceiling"
    file.write_text("- camera\n")
    assert read(("run", "--ceiling", str(file)), NOW).ceiling == {"camera"}
