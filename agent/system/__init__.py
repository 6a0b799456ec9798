"""The one door to the machine: what every sensor is handed, and nothing else.

    SystemFault
      Absent   the machine has no such thing
      Denied   it has, but would not say; the message is the one line that would grant it
      Broken   it began to answer and did not end well: a hung command, a failing disk

Three implementations: `live` (this machine), `recorded` (one YAML page), `recording` (live, and
writes down what it was asked).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SystemFault(Exception):
    """The machine did not answer."""


class Absent(SystemFault):
    """The machine has no such thing."""


class Denied(SystemFault):
    """The machine would not say; the message tells what would grant it."""


class Broken(SystemFault):
    """The machine began to answer and did not end well; the run of the sensor has failed."""


@dataclass(frozen=True)
class Process:
    """One process: path is its image (empty when hidden), name as the kernel knows it.

    started: clock ticks after boot, which with the pid names a process for good.
    """

    pid: int
    started: int
    name: str
    path: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Socket:
    """One socket of this machine; peer is empty for a listener. state as in RFC 9293, lower case.

    protocol: tcp or udp. inode: 0 when unknown.
    """

    protocol: str
    state: str
    address: str
    port: int
    peer: str
    peer_port: int
    inode: int


@dataclass(frozen=True)
class Interface:
    """One network interface; mtu in bytes; addresses in canonical text without prefix."""

    name: str
    up: bool
    mtu: int
    mac: str
    addresses: tuple[str, ...]


class System(Protocol):
    """The machine. Methods raise a SystemFault, never OSError; answers are kept for a sweep."""

    os: str
    """linux, macos or windows."""

    def begin(self) -> None:
        """A sweep begins: forget what was cached."""

    def now(self) -> datetime:
        """The laptop's clock, UTC and aware."""

    def read(self, path: str) -> str:
        """A text file, UTF-8 with replacement characters, at most 1 MiB."""

    def read_bytes(self, path: str) -> bytes:
        """A file's bytes, at most 1 MiB."""

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a directory, sorted."""

    def real(self, path: str) -> str:
        """The path with all links resolved."""

    def run(self, command: str) -> str:
        """What a command of `agent/system/commands.py` printed; Denied when it was refused."""

    def processes(self) -> tuple[Process, ...]:
        """All processes, ordered by pid; one seen before is not read again."""

    def sockets(self) -> tuple[Socket, ...]:
        """All TCP and UDP sockets of this machine."""

    def owned(self, pids: frozenset[int]) -> dict[int, frozenset[int]]:
        """Socket inodes held by each of the given processes; dear, so ask for matches only."""

    def interfaces(self) -> tuple[Interface, ...]:
        """All network interfaces, ordered by name."""

    def gauges(self) -> dict[str, float]:
        """The agent's own resident bytes (`rss_bytes`) and CPU seconds (`cpu_s`)."""

    def keyed(self, text: str) -> str:
        """The keyed hash of a text: a pseudonym, 16 bytes of BLAKE2b as 22 base64url characters."""

    def tally(self, what: str, value: str) -> dict[str, dict[str, int]]:
        """Counts one sample of today (UTC date); says 15 days of samples by day and value.

        Kept on disk by the live system, so that a day survives a restart.
        """
