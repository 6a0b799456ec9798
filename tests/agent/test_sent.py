from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from agent.disk import Unwritable
from agent.sent import Recorded, Sent, purge, sent
from agent.transport import Response, Unreachable
from tests.agent.memory_disk import MemoryDisk
from wire.digest import digest

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALL = NOW - timedelta(days=365)


class Echo:
    """A Transport that looks at what was written down before it answers."""

    def __init__(self, disk: MemoryDisk, *, away: bool = False) -> None:
        self.disk = disk
        self.away = away
        self.seen: list[bytes] = []

    def ask(self, _: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.seen.append(self.disk.read("sent/2026-11-24.jsonl"))
        if self.away:
            raise Unreachable(f"{path} {headers} {body!r}")
        return Response(202)

    def close(self) -> None:
        """There is nothing to end."""


def test_a_request_is_written_down_before_a_byte_of_it_leaves() -> None:
    disk = MemoryDisk()
    echo = Echo(disk)
    Recorded(echo, disk, lambda: NOW).ask("POST", "/v1/reports", {"Date": "today"}, b"hello\n")
    line = (
        b'{"at":"2026-11-24T09:00:00Z","method":"POST","path":"/v1/reports",'
        b'"headers":{"Date":"today"},"body":"hello\\n"}\n'
    )
    assert echo.seen == [line]
    assert list(sent(disk, ALL))[1] == Sent(at="2026-11-24T09:00:00Z", status=202)


def test_what_had_no_answer_is_written_down_too() -> None:
    disk = MemoryDisk()
    with pytest.raises(Unreachable):
        Recorded(Echo(disk, away=True), disk, lambda: NOW).ask("GET", "/", {}, b"")
    assert [one.error for one in sent(disk, ALL)] == ["", "Unreachable"]


def test_the_same_bytes_once_more_are_named_not_repeated() -> None:
    disk = MemoryDisk()
    recorded = Recorded(Echo(disk), disk, lambda: NOW)
    for body in (b"one", b"one", b"two"):
        recorded.ask("POST", "/v1/reports", {}, body)
    requests = [one for one in sent(disk, ALL) if one.method]
    assert [(one.body, one.again) for one in requests] == [
        ("one", ""),
        ("", digest(b"one")),
        ("two", ""),
    ]


def test_nothing_leaves_that_cannot_be_written_down() -> None:
    disk = MemoryDisk()
    disk.full = True
    echo = Echo(disk)
    with pytest.raises(Unwritable):
        Recorded(echo, disk, lambda: NOW).ask("POST", "/v1/reports", {}, b"")
    assert echo.seen == []


def test_what_was_sent_is_kept_for_30_days() -> None:
    disk = MemoryDisk()
    for days in (31, 30, 0):
        at = NOW - timedelta(days=days)
        disk.make("sent")
        disk.append(f"sent/{at.date().isoformat()}.jsonl", b"{}\n")
    purge(disk, NOW)
    assert disk.names("sent") == ("2026-10-25.jsonl", "2026-11-24.jsonl")


def test_only_what_was_sent_since_is_read_and_half_a_line_is_passed_over() -> None:
    disk = MemoryDisk()
    lines = b'{"at":"2026-11-24T08:00:00Z"}\n{"at":"2026-11-24T10:00:00Z"}\n{"at":"2026-11-'
    disk.make("sent")
    disk.append("sent/2026-11-24.jsonl", lines)
    assert [one.at for one in sent(disk, NOW)] == ["2026-11-24T10:00:00Z"]
