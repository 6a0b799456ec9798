import os
import sys
from pathlib import Path

import pytest

from agent.system import Absent, System
from agent.system.live import live

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


@pytest.fixture
def system(tmp_path: Path) -> System:
    return live(b"k" * 32, tmp_path)


def test_an_answer_is_kept_for_the_sweep_and_not_for_the_next(
    system: System, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("one")
    assert system.read(str(path)) == "one"
    path.write_text("two")
    assert system.read(str(path)) == "one"
    system.begin()
    assert system.read(str(path)) == "two"


def test_an_absence_is_kept_for_the_sweep_too(system: System, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for _ in range(2):
        with pytest.raises(Absent):
            system.read(str(path))
        path.write_text("now")
    system.begin()
    assert system.read(str(path)) == "now"


def test_text_that_is_not_utf_8_is_read_with_replacement_characters(
    system: System, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"a\xffb")
    assert system.read(str(tmp_path / "file")) == "a\ufffdb"


def test_only_commands_of_the_list_can_be_run(system: System) -> None:
    with pytest.raises(KeyError):
        system.run("rm")


def test_the_keyed_hash_is_a_pseudonym_of_22_characters(system: System, tmp_path: Path) -> None:
    assert system.keyed("3c:a6:2f:00:00:01") == "h4Bm7pix1N37wEDTDEFgzg"
    assert live(b"l" * 32, tmp_path).keyed("x") != system.keyed("x")


def test_a_tally_is_kept_in_the_folder(system: System, tmp_path: Path) -> None:
    today = system.now().date().isoformat()
    system.tally("lid", "open")
    assert live(b"k" * 32, tmp_path).tally("lid", "open")[today] == {"open": 2}


def test_the_agent_measures_itself(system: System) -> None:
    gauges = system.gauges()
    assert sorted(gauges) == ["cpu_s", "rss_bytes"]
    assert gauges["rss_bytes"] > 1_000_000


def test_the_machine_has_a_loopback_interface(system: System) -> None:
    addresses = [address for each in system.interfaces() for address in each.addresses]
    assert "127.0.0.1" in addresses


@linux
def test_this_process_is_among_all_processes(system: System) -> None:
    (own,) = [process for process in system.processes() if process.pid == os.getpid()]
    assert own.path == os.path.realpath(sys.executable)
    assert own.arguments[0]
    assert own.started > 0
