# ruff: noqa: PTH115, PTH208
"""The processes of a Linux machine, read from /proc once each.

A process is known by its pid and by the inode number of its folder in /proc: the kernel draws a
new number for a new process (proc_fill_cache, get_next_ino), and a listing gives it for nothing.
So a steady sweep reads nothing of the processes that it has seen. A process may still become
another program, or write another title (sshd does, when the user has logged in): it is read
again until it is three minutes old, and every 32nd sweep after that.
"""

import os
import time
from collections.abc import Callable

from agent.system import Process, SystemFault
from agent.system.files import fault, read, shown

YOUNG_S = 180.0
AGAIN = 32
KERNEL_THREAD = 0x00200000  # PF_KTHREAD, include/linux/sched.h
TICK = float(os.sysconf("SC_CLK_TCK")) if hasattr(os, "sysconf") else 100.0
ARGUMENTS = 256

Clock = Callable[[], float]


def since_boot() -> float:
    """Seconds since the machine was started, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Processes:
    """What is known of each process; `now` is called once a sweep."""

    def __init__(self, folder: str = "/proc", clock: Clock = since_boot) -> None:
        self._folder = folder
        self._clock = clock
        self._known: dict[int, tuple[int, Process | None]] = {}
        self._sweep = 0

    def now(self) -> tuple[Process, ...]:
        """All processes with a program of their own, ordered by pid."""
        self._sweep += 1
        known, now = self._known, self._clock()
        seen: dict[int, tuple[int, Process | None]] = {}
        try:
            with os.scandir(self._folder) as entries:
                pids = sorted(
                    (int(entry.name), entry.inode()) for entry in entries if entry.name.isdecimal()
                )
        except OSError as error:
            raise fault(error, self._folder) from error
        for pid, inode in pids:
            before = known.get(pid)
            if before and before[0] == inode and not self._again(pid, before[1], now):
                seen[pid] = before
            else:
                seen[pid] = (inode, process(f"{self._folder}/{pid}", pid))
        self._known = seen
        return tuple(found for _, found in seen.values() if found)

    def _again(self, pid: int, known: Process | None, now: float) -> bool:
        if known is None:
            return False
        return now - known.started / TICK < YOUNG_S or (pid + self._sweep) % AGAIN == 0


def process(folder: str, pid: int) -> Process | None:
    """One process; None for a kernel thread, a dead one, and one that ended while being read."""
    try:
        stat = read(f"{folder}/stat").decode(errors="replace")
        arguments = read(f"{folder}/cmdline")
    except SystemFault:
        return None
    name, state, flags, started = understood(stat)
    if flags & KERNEL_THREAD or state in "ZX":
        return None
    words = arguments.decode(errors="replace").rstrip("\0").split("\0")
    return Process(pid, started, name, image(folder), tuple(words[:ARGUMENTS]))


def understood(stat: str) -> tuple[str, str, int, int]:
    """Name, state, flags and start of one line of /proc/PID/stat."""
    # 812 (a (b) c) S 1 812 812 0 -1 4194560 ...: the name may hold blanks and brackets
    head, _, tail = stat.rpartition(")")
    fields = tail.split()
    return head.partition("(")[2], fields[0], int(fields[6]), int(fields[19])


def image(folder: str) -> str:
    """The program's path; empty when hidden from us."""
    try:
        return shown(os.readlink(f"{folder}/exe")).removesuffix(" (deleted)")
    except OSError:
        return ""


def inodes(folder: str) -> frozenset[int]:
    """The socket inodes that one process holds open."""
    try:
        handles = os.listdir(f"{folder}/fd")
    except OSError as error:
        raise fault(error, f"{folder}/fd") from error
    return frozenset(
        int(target[8:-1])
        for handle in handles
        if (target := _target(f"{folder}/fd/{handle}")).startswith("socket:[")
    )


def _target(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:  # closed since we listed it
        return ""
