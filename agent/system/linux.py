"""This machine, when it runs Linux: /proc and /sys."""

from functools import partial
from pathlib import Path

from agent.system import Absent, Denied, Process, Socket
from agent.system.files import grant
from agent.system.live import LiveSystem
from agent.system.processes import Processes, inodes
from agent.system.sockets import sockets

TABLES = (("tcp", "tcp"), ("tcp6", "tcp"), ("udp", "udp"), ("udp6", "udp"))


class LinuxSystem(LiveSystem):
    """Linux, read without a library where that is many times cheaper."""

    def __init__(self, hash_key: bytes, folder: Path, table: Processes | None = None) -> None:
        super().__init__(hash_key, folder)
        self._table = table or Processes()

    def owned(self, pids: frozenset[int]) -> dict[int, frozenset[int]]:
        """Socket inodes held by each of the given processes; one that has ended holds none."""
        return {pid: self._once(("owned", str(pid)), partial(_owned, pid)) for pid in sorted(pids)}

    def _processes(self) -> tuple[Process, ...]:
        found = self._table.now()
        if not found or found[0].pid != 1:  # mounted with hidepid: only our own are shown
            raise Denied(f"/proc: {grant('/proc/')}")
        return found

    def _sockets(self) -> tuple[Socket, ...]:
        return tuple(
            found
            for name, protocol in TABLES
            for found in sockets(self._table_text(name), protocol)
        )

    def _table_text(self, name: str) -> str:
        try:
            return self.read(f"/proc/self/net/{name}")
        except Absent:  # a kernel without IPv6
            return ""


def _owned(pid: int) -> frozenset[int]:
    try:
        return inodes(f"/proc/{pid}")
    except Absent:
        return frozenset()
