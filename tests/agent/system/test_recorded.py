from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.system import Absent, Denied, Interface, Process, Socket
from agent.system.recorded import Page, RecordedSystem, RecordingFault, load


def machine(**said: Any) -> RecordedSystem:
    return RecordedSystem(msgspec.convert({"os": "linux", **said}, Page))


def test_files_are_text_or_bytes_in_hexadecimal_or_base64() -> None:
    system = machine(
        files={"/a": "x\n", "/b": {"hex": "00ff"}, "/c": {"base64": "AP8="}, "/d": {"hex": ""}}
    )
    assert system.read("/a") == "x\n"
    assert system.read("/b") == "\0\ufffd"
    assert [system.read_bytes(path) for path in ("/b", "/c", "/d")] == [b"\0\xff", b"\0\xff", b""]


def test_folders_are_those_on_the_way_to_what_the_page_has() -> None:
    system = machine(
        files={"/sys/a/one": "1"}, folders={"/sys/b": ["two"], "/e": []}, links={"/sys/c": "/x/y"}
    )
    assert system.list("/sys") == ("a", "b", "c")
    assert system.list("/sys/b") == ("two",)
    assert system.list("/") == ("e", "sys", "x")
    assert system.list("/e") == ()
    with pytest.raises(Absent):
        system.list("/sys/a/one")


def test_links_are_followed_on_the_way() -> None:
    system = machine(
        files={"/devices/1-2/idVendor": "1d6b\n", "/devices/1-2/sub/deep": "x"},
        links={"/bus/1-2": "/devices/1-2", "/short": "/bus/1-2/sub"},
    )
    assert system.read("/bus/1-2/idVendor") == "1d6b\n"
    assert system.read("/short/deep") == "x"
    assert system.real("/bus/1-2") == "/devices/1-2"
    assert system.list("/bus/1-2") == ("idVendor", "sub")
    with pytest.raises(Absent):
        system.real("/bus/1-3")


def test_links_that_go_round_in_circles_are_absent() -> None:
    with pytest.raises(Absent, match="/a goes round in circles"):
        machine(links={"/a": "/b", "/b": "/a"}).read("/a")


def test_what_the_page_does_not_mention_is_absent() -> None:
    system = machine()
    for ask in (
        lambda: system.read("/a"),
        lambda: system.list("/a"),
        lambda: system.run("virtualization"),
        system.processes,
        system.sockets,
        system.interfaces,
    ):
        with pytest.raises(Absent):
            ask()
    assert (system.owned(frozenset({1})), system.gauges()) == ({1: frozenset()}, {})


def test_what_the_page_denies_is_denied() -> None:
    system = machine(
        files={"/secret/x": "1"},
        commands={"virtualization": "none\n"},
        processes=[],
        denied=["/secret", "virtualization", "processes", "owned 812"],
    )
    with pytest.raises(Denied, match="/secret/x: AmbientCapabilities=CAP_DAC_READ_SEARCH"):
        system.read("/secret/x")
    for ask in (
        lambda: system.run("virtualization"),
        system.processes,
        lambda: system.owned(frozenset({1, 812})),
    ):
        with pytest.raises(Denied):
            ask()


def test_processes_sockets_and_interfaces_are_as_written_and_ordered() -> None:
    system = machine(
        processes=[
            {"pid": 9, "started": 1, "name": "b", "path": "/b", "arguments": ["b"]},
            {"pid": 1, "started": 1, "name": "a", "path": "", "arguments": []},
        ],
        sockets=[{"protocol": "tcp", "state": "listen", "address": "::", "port": 22}],
        interfaces=[{"name": "wlan0", "up": False}, {"name": "eth0", "addresses": ["192.0.2.1"]}],
        owned={9: [4, 5]},
    )
    assert system.processes() == (Process(1, 1, "a", "", ()), Process(9, 1, "b", "/b", ("b",)))
    assert system.sockets() == (Socket("tcp", "listen", "::", 22, "", 0, 0),)
    assert system.interfaces() == (
        Interface("eth0", up=True, mtu=1500, mac="", addresses=("192.0.2.1",)),
        Interface("wlan0", up=False, mtu=1500, mac="", addresses=()),
    )
    assert system.owned(frozenset({9})) == {9: frozenset({4, 5})}


def test_the_clock_is_the_pages() -> None:
    assert machine(now="2026-11-24T16:00:00Z").now() == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert machine().now().tzinfo is UTC


def test_a_hash_key_that_is_given_is_used_instead_of_the_pages_own() -> None:
    written = msgspec.convert({"os": "linux", "hash_key": "11" * 32}, Page)
    own = RecordedSystem(written).keyed("x")
    assert len(own) == 22
    assert own == RecordedSystem(Page(os="linux"), bytes.fromhex("11" * 32)).keyed("x")
    assert own != RecordedSystem(written, bytes(32)).keyed("x")


def test_a_tally_goes_on_from_what_is_written() -> None:
    system = machine(now="2026-11-24T16:00:00Z", tallies={"lid": {"2026-11-23": {"open": 3}}})
    system.tally("lid", "open")
    assert system.tally("lid", "open") == {"2026-11-23": {"open": 3}, "2026-11-24": {"open": 2}}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("os: linux\nfile: {}\n", "file"),
        ("about: x\n", "os"),
        ("os: linux\nfiles: {/a: {octal: '1'}}\n", "octal"),
        ("os: [", "line 1"),
    ],
)
def test_a_page_that_is_no_recording_says_where(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "page.yaml"
    path.write_text(text)
    with pytest.raises(RecordingFault, match=r"page\.yaml: not a recording: ") as fault:
        load(path)
    assert place in str(fault.value)


def test_a_page_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingFault, match="No such file"):
        load(tmp_path / "none.yaml")


def test_a_page_that_was_replaced_is_seen_by_the_next_sweep(tmp_path: Path) -> None:
    played = tmp_path / "machine.yaml"
    played.write_text("os: linux\nfiles: {/etc/hostname: first}\n")
    system = load(played)
    assert system.read("/etc/hostname") == "first"
    other = tmp_path / "other.yaml"
    other.write_text("os: linux\nfiles: {/etc/hostname: second}\n")
    other.replace(played)
    assert system.read("/etc/hostname") == "first"
    system.begin()
    assert system.read("/etc/hostname") == "second"
