"""This machine."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import psutil  # noqa: TID251 - this is the door

from agent.system import Absent, Denied, Interface, Process, Socket, System, SystemFault, files
from agent.system.child import run
from agent.system.commands import COMMANDS
from agent.system.pseudonyms import pseudonym
from agent.system.tallies import Tallies

SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}

T = TypeVar("T")


def live(hash_key: bytes, folder: Path) -> System:
    """This machine, asked in its own way; `folder` keeps the tallies."""
    if SYSTEMS.get(sys.platform) == "linux":
        from agent.system.linux import LinuxSystem

        return LinuxSystem(hash_key, folder)
    return LiveSystem(hash_key, folder)


class LiveSystem:
    """What all operating systems answer alike."""

    def __init__(self, hash_key: bytes, folder: Path) -> None:
        self.os = SYSTEMS.get(sys.platform, sys.platform)
        self._key = hash_key
        self._tallies = Tallies(folder / "tallies.json")
        self._kept: dict[tuple[str, str], object] = {}
        self._lasting: dict[str, str | SystemFault] = {}

    def begin(self) -> None:
        """Forgets what was kept for the last sweep."""
        self._kept.clear()

    def now(self) -> datetime:
        """The laptop's clock."""
        return datetime.now(UTC)

    def read(self, path: str) -> str:
        """A text file, UTF-8 with replacement characters."""
        return self.read_bytes(path).decode(errors="replace")

    def read_bytes(self, path: str) -> bytes:
        """A file's bytes, at most 1 MiB."""
        return self._once(("read", path), lambda: files.read(path))

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a directory, sorted."""
        return self._once(("list", path), lambda: files.names(path))

    def real(self, path: str) -> str:
        """The path with all links resolved."""
        return self._once(("real", path), lambda: files.real(path))

    def run(self, command: str) -> str:
        """What a command of the list printed."""
        entry = COMMANDS[command]
        if entry.lasting:
            return self._lastingly(command)
        return self._once(("run", command), lambda: run(command, entry))

    def processes(self) -> tuple[Process, ...]:
        """All processes, ordered by pid."""
        return self._once(("processes", ""), self._processes)

    def sockets(self) -> tuple[Socket, ...]:
        """All TCP and UDP sockets."""
        return self._once(("sockets", ""), self._sockets)

    def owned(self, pids: frozenset[int]) -> dict[int, frozenset[int]]:
        """Nothing: sockets have inodes on Linux only."""
        raise Absent(f"sockets have no inodes on {self.os}, asked for {len(pids)} processes")

    def interfaces(self) -> tuple[Interface, ...]:
        """All network interfaces, ordered by name."""
        return self._once(("interfaces", ""), interfaces)

    def gauges(self) -> dict[str, float]:
        """The agent's own resident bytes and CPU seconds, those of its children included."""
        me = psutil.Process()
        spent = me.cpu_times()
        cpu_s = spent.user + spent.system + spent.children_user + spent.children_system
        return {"rss_bytes": float(me.memory_info().rss), "cpu_s": cpu_s}

    def keyed(self, text: str) -> str:
        """The keyed hash of a text."""
        return pseudonym(text, self._key)

    def tally(self, what: str, value: str) -> dict[str, dict[str, int]]:
        """Counts one sample of today; says 15 days of samples."""
        return self._tallies.count(what, value, self.now())

    def _processes(self) -> tuple[Process, ...]:
        asked = ("pid", "create_time", "name", "exe", "cmdline")
        found = (process.info for process in psutil.process_iter(asked))
        return tuple(
            Process(
                pid=info["pid"],
                started=int((info["create_time"] or 0) * 100),
                name=info["name"] or "",
                path=info["exe"] or "",
                arguments=tuple(info["cmdline"] or ()),
            )
            for info in sorted(found, key=lambda info: int(info["pid"]))
        )

    def _sockets(self) -> tuple[Socket, ...]:
        try:
            found = psutil.net_connections("inet")
        except psutil.AccessDenied as error:
            raise Denied("run the agent as root") from error
        return tuple(
            Socket(
                protocol="tcp" if connection.type == 1 else "udp",
                state=connection.status.lower().replace("_", "-"),
                address=connection.laddr.ip if connection.laddr else "",
                port=connection.laddr.port if connection.laddr else 0,
                peer=connection.raddr.ip if connection.raddr else "",
                peer_port=connection.raddr.port if connection.raddr else 0,
                inode=0,
            )
            for connection in found
        )

    def _lastingly(self, command: str) -> str:
        if command not in self._lasting:
            try:
                self._lasting[command] = run(command, COMMANDS[command])
            except SystemFault as fault:
                self._lasting[command] = fault
        return _given(self._lasting[command])

    def _once(self, question: tuple[str, str], answer: Callable[[], T]) -> T:
        if question not in self._kept:
            try:
                self._kept[question] = answer()
            except SystemFault as fault:
                self._kept[question] = fault
        kept: T | SystemFault = self._kept[question]  # type: ignore[assignment]
        return _given(kept)


def _given(kept: T | SystemFault) -> T:
    if isinstance(kept, SystemFault):
        raise kept.with_traceback(None)
    return kept


def interfaces() -> tuple[Interface, ...]:
    """The network interfaces as psutil sees them, ordered by name."""
    stats = psutil.net_if_stats()
    found = psutil.net_if_addrs()
    return tuple(
        Interface(
            name=name,
            up=stats[name].isup if name in stats else False,
            mtu=stats[name].mtu if name in stats else 0,
            mac=_mac([entry.address for entry in found[name] if entry.family == psutil.AF_LINK]),
            addresses=tuple(
                sorted(
                    entry.address.partition("%")[0]
                    for entry in found[name]
                    if entry.family != psutil.AF_LINK
                )
            ),
        )
        for name in sorted(found)
    )


def _mac(addresses: list[str]) -> str:
    return addresses[0].lower().replace("-", ":") if addresses else ""
