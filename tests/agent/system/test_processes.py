import os
from pathlib import Path

import pytest

from agent.system import Absent, Process
from agent.system.processes import TICK, Processes, inodes, understood

pytestmark = pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")


class Proc:
    """A folder that looks like /proc, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = 10_000.0

    def table(self) -> Processes:
        return Processes(str(self.folder), lambda: self.at)

    def put(
        self, pid: int, name: str, *words: str, path: str = "", state: str = "S", flags: int = 0
    ) -> None:
        """A process; putting the same pid again is a new process."""
        made = self.folder / f"new{pid}"
        made.mkdir()
        started = int(self.at * TICK)
        fields = f"{state} 1 1 1 0 -1 {flags} 0 0 0 0 0 0 0 0 20 0 1 0 {started} 0 0"
        (made / "stat").write_text(f"{pid} ({name}) {fields}\n")
        (made / "cmdline").write_text("".join(f"{word}\0" for word in words))
        if path:
            (made / "exe").symlink_to(path)
        old = self.folder / str(pid)
        if old.exists():
            old.rename(self.folder / f"old{pid}")
        made.rename(old)

    def become(self, pid: int, *words: str) -> None:
        """The same process with another title."""
        (self.folder / str(pid) / "cmdline").write_text("".join(f"{word}\0" for word in words))


@pytest.fixture
def proc(tmp_path: Path) -> Proc:
    (tmp_path / "self").mkdir()
    return Proc(tmp_path)


def arguments(found: tuple[Process, ...]) -> dict[int, tuple[str, ...]]:
    return {process.pid: process.arguments for process in found}


def test_a_process_is_its_image_its_own_name_and_its_arguments(proc: Proc) -> None:
    proc.put(812, "a (b) c", "/usr/bin/x", "", "-y", path="/usr/bin/x (deleted)")
    (found,) = proc.table().now()
    assert found == Process(
        812, int(10_000 * TICK), "a (b) c", "/usr/bin/x", ("/usr/bin/x", "", "-y")
    )


def test_kernel_threads_and_the_dead_are_no_processes(proc: Proc) -> None:
    proc.put(2, "kthreadd", flags=0x00200000 | 0x40)
    proc.put(30, "x11vnc", "x11vnc", state="Z")
    proc.put(31, "sh", "sh")
    assert [process.pid for process in proc.table().now()] == [31]


def test_a_process_seen_before_is_not_read_again(proc: Proc) -> None:
    proc.put(64, "sh", "sh")
    table = proc.table()
    proc.at += 200
    table.now()
    proc.become(64, "something", "else")
    assert arguments(table.now()) == {64: ("sh",)}


def test_a_young_process_is_read_again_since_it_may_become_another(proc: Proc) -> None:
    proc.put(64, "sh", "sh")
    table = proc.table()
    table.now()
    proc.become(64, "sshd: user1@pts/0")
    proc.at += 60
    assert arguments(table.now()) == {64: ("sshd: user1@pts/0",)}


def test_an_old_process_is_read_again_within_32_sweeps(proc: Proc) -> None:
    proc.put(64, "sh", "sh")
    table = proc.table()
    proc.at += 200
    table.now()
    proc.become(64, "x11vnc")
    seen = [arguments(table.now())[64] for _ in range(32)]
    assert seen.index(("x11vnc",)) <= 31
    assert seen[-1] == ("x11vnc",)


def test_a_pid_that_is_used_again_is_another_process(proc: Proc) -> None:
    proc.put(64, "sh", "sh")
    table = proc.table()
    proc.at += 200
    table.now()
    proc.put(64, "x11vnc", "x11vnc")
    assert arguments(table.now()) == {64: ("x11vnc",)}


def test_a_process_that_ended_is_forgotten(proc: Proc) -> None:
    proc.put(64, "sh", "sh")
    table = proc.table()
    assert len(table.now()) == 1
    (proc.folder / "64").rename(proc.folder / "gone")
    assert table.now() == ()


def test_a_process_that_ends_while_it_is_read_is_left_out(proc: Proc) -> None:
    (proc.folder / "99").mkdir()
    assert proc.table().now() == ()


def test_the_sockets_that_a_process_holds_are_read_from_its_handles(tmp_path: Path) -> None:
    handles = tmp_path / "fd"
    handles.mkdir()
    for handle, target in enumerate(("/dev/null", "socket:[31]", "pipe:[7]", "socket:[33]")):
        (handles / str(handle)).symlink_to(target)
    assert inodes(str(tmp_path)) == {31, 33}
    with pytest.raises(Absent):
        inodes(str(tmp_path / "gone"))


def test_a_line_of_stat_is_understood_whatever_the_name() -> None:
    line = "7 (x) y) R 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 9 9"
    assert understood(line) == ("x) y", "R", 4194560, 4711)
