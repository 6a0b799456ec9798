"""A machine that was written down: one YAML page, answering as the machine did.

What a page may hold is said by `Page`. What it does not mention the machine does not have.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from agent.system import Absent, Denied, Interface, Process, Socket
from agent.system.files import MOST, grant
from agent.system.pseudonyms import pseudonym
from agent.system.tallies import Days, counted

LINKS = 40
"""As many links as Linux follows in one path."""


class RecordingFault(ValueError):
    """A page that is no recording; the message names the file and the place."""


class Bytes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is no text, in one of two spellings."""

    base64: str = ""
    hex: str = ""


class _Socket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    protocol: str
    state: str
    address: str
    port: int
    peer: str = ""
    peer_port: int = 0
    inode: int = 0


class _Interface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    up: bool = True
    mtu: int = 1500
    mac: str = ""
    addresses: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The page as written.

    os: linux, macos or windows. about: one sentence, for people. now: the machine's clock, else
    the real one. hash_key: hex. files: by path, text or {base64: ...} or {hex: ...}. folders: what
    they list besides what files and links imply. links: the resolved path, by path. commands:
    what each printed, by its name in `commands.py`. owned: socket inodes, by pid. denied: paths,
    names of commands, `processes`, `sockets`, `interfaces`, or `owned 812`. tallies: by name, day
    and value. senses, ends: the rows that must be sensed, and how each sensor ends that does not
    end `ok`; for the tests.
    """

    os: str
    about: str = ""
    now: datetime | None = None
    hash_key: str = ""
    files: dict[str, str | Bytes] = {}
    folders: dict[str, tuple[str, ...]] = {}
    links: dict[str, str] = {}
    commands: dict[str, str] = {}
    processes: tuple[Process, ...] | None = None
    sockets: tuple[_Socket, ...] | None = None
    owned: dict[int, tuple[int, ...]] = {}
    interfaces: tuple[_Interface, ...] | None = None
    denied: tuple[str, ...] = ()
    tallies: dict[str, dict[str, dict[str, int]]] = {}
    gauges: dict[str, float] = {}
    senses: tuple[dict[str, Any], ...] = ()
    ends: dict[str, str] = {}


def _folders(page: Page) -> dict[str, set[str]]:
    """Which names each folder of the page has: those it lists, and those on the way to the rest."""
    names: dict[str, set[str]] = {path: set(listed) for path, listed in page.folders.items()}
    listed = (f"{path}/{name}" for path, found in page.folders.items() for name in found)
    for path in (*page.files, *page.links, *page.links.values(), *page.folders, *listed):
        at = path
        while at.strip("/"):
            parent, _, name = at.rpartition("/")
            known = names.setdefault(parent or "/", set())
            if name in known and at is not path:
                break
            known.add(name)
            at = parent
    return names


def load(path: Path, hash_key: bytes = b"") -> "RecordedSystem":
    """The machine of a YAML page; a hash key given here is used instead of the page's own.

    When the file is replaced, the next sweep sees what it then says: so a machine can be played.
    """
    return _Played(path, hash_key)


def page(path: Path) -> Page:
    """A YAML page, checked."""
    import yaml  # only where a recording is played

    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Page)
    except (OSError, yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise RecordingFault(f"{path}: not a recording: {error}") from error


class RecordedSystem:
    """The System of a page: the same answers every time."""

    def __init__(self, page: Page, hash_key: bytes = b"") -> None:
        self._given_key = hash_key
        self._take(page)

    def _take(self, page: Page) -> None:
        self.os = page.os
        self._page = page
        self._key = self._given_key or bytes.fromhex(page.hash_key) or bytes(32)
        self._folders = _folders(page)
        self._denied = frozenset(page.denied)
        self._real: dict[str, str] = {}
        self._tallies: dict[str, Days] = {what: dict(days) for what, days in page.tallies.items()}

    def begin(self) -> None:
        """Nothing changes between two sweeps."""

    def now(self) -> datetime:
        """The page's time, or the time it is where the page has none."""
        if self._page.now is None:
            return datetime.now(UTC)
        return self._page.now.astimezone(UTC)

    def read(self, path: str) -> str:
        """A text file of the page."""
        return self.read_bytes(path).decode(errors="replace")

    def read_bytes(self, path: str) -> bytes:
        """A file of the page."""
        real = self._resolved(path)
        content = self._page.files.get(path, self._page.files.get(real))
        if content is None:
            raise Absent(f"{path} is not there")
        return _bytes(content)[:MOST]

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a folder of the page, sorted."""
        real = self._resolved(path)
        if path not in self._folders and real not in self._folders:
            raise Absent(f"{path} is not there")
        return tuple(sorted(self._folders.get(path, set()) | self._folders.get(real, set())))

    def real(self, path: str) -> str:
        """The path with the page's links resolved."""
        real = self._resolved(path)
        if path in self._page.links or any(
            at in self._page.files or at in self._folders for at in (path, real)
        ):
            return real
        raise Absent(f"{path} is not there")

    def run(self, command: str) -> str:
        """What the page says the command printed."""
        self._refuse(command)
        if command not in self._page.commands:
            raise Absent(f"{command} is not there")
        return self._page.commands[command]

    def processes(self) -> tuple[Process, ...]:
        """The page's processes, ordered by pid."""
        self._refuse("processes")
        return tuple(sorted(_given(self._page.processes, "processes"), key=lambda each: each.pid))

    def sockets(self) -> tuple[Socket, ...]:
        """The page's sockets."""
        self._refuse("sockets")
        return tuple(
            Socket(**msgspec.structs.asdict(each)) for each in _given(self._page.sockets, "sockets")
        )

    def owned(self, pids: frozenset[int]) -> dict[int, frozenset[int]]:
        """The socket inodes that the page gives to each process."""
        for pid in sorted(pids):
            self._refuse(f"owned {pid}")
        return {pid: frozenset(self._page.owned.get(pid, ())) for pid in pids}

    def interfaces(self) -> tuple[Interface, ...]:
        """The page's network interfaces, ordered by name."""
        self._refuse("interfaces")
        found = _given(self._page.interfaces, "interfaces")
        return tuple(
            Interface(**msgspec.structs.asdict(each))
            for each in sorted(found, key=lambda each: each.name)
        )

    def gauges(self) -> dict[str, float]:
        """The page's gauges."""
        return dict(self._page.gauges)

    def keyed(self, text: str) -> str:
        """The keyed hash of a text."""
        return pseudonym(text, self._key)

    def tally(self, what: str, value: str) -> dict[str, dict[str, int]]:
        """The page's tallies, with one more sample of today."""
        today = self.now().date()
        self._tallies[what] = counted(self._tallies.get(what, {}), today, value)
        return self._tallies[what]

    def _resolved(self, path: str) -> str:
        if path not in self._real:
            self._real[path] = _followed(path, self._page.links)
        for at in (path, self._real[path]):
            self._refuse(at)
        return self._real[path]

    def _refuse(self, what: str) -> None:
        if not self._denied:
            return
        if what.startswith("/"):
            if not self._denied.isdisjoint(_prefixes(what)):
                raise Denied(f"{what}: {grant(what)}")
        elif what in self._denied:
            raise Denied(f"{what}: {grant('/proc/')}")


class _Played(RecordedSystem):
    """A recorded machine that changes when its page is replaced."""

    def __init__(self, path: Path, hash_key: bytes) -> None:
        self._path = path
        self._stamp = _stamp(path)
        super().__init__(page(path), hash_key)

    def begin(self) -> None:
        """Reads the page again if another stands in its place."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._take(page(self._path))
            self._stamp = stamp


def _stamp(path: Path) -> tuple[int, int, int]:
    """What tells one file from the one that replaced it; zeros while there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _followed(path: str, links: dict[str, str]) -> str:
    """The path with its links resolved, the first of them first."""
    at = path
    for _ in range(LINKS):
        link = next((link for link in _prefixes(at) if link in links), None)
        if link is None:
            return at
        at = links[link] + at[len(link) :]
    raise Absent(f"{path} goes round in circles")


def _prefixes(path: str) -> Iterator[str]:
    """The path and its folders, shortest first."""
    for end in (at for at, letter in enumerate(path) if letter == "/" and at):
        yield path[:end]
    yield path


def _bytes(content: str | Bytes) -> bytes:
    if isinstance(content, str):
        return content.encode()
    return base64.b64decode(content.base64) if content.base64 else bytes.fromhex(content.hex)


def _given(answer: tuple[Any, ...] | None, what: str) -> tuple[Any, ...]:
    if answer is None:
        raise Absent(f"{what}: not in the recording")
    return answer
