"""Writes a machine down: asks another System, and notes what it answered."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from agent.system import Denied, Interface, Process, Socket, System
from agent.system.scrub import scrub

T = TypeVar("T")


class RecordingSystem:
    """Hands every question on, and keeps the last answer to each for the page."""

    def __init__(self, system: System) -> None:
        self.os = system.os
        self._system = system
        self._files: dict[str, bytes] = {}
        self._folders: dict[str, list[str]] = {}
        self._links: dict[str, str] = {}
        self._commands: dict[str, str] = {}
        self._denied: set[str] = set()
        self._owned: dict[int, list[int]] = {}
        self._tallies: dict[str, dict[str, dict[str, int]]] = {}
        self._whole: dict[str, Any] = {}

    def begin(self) -> None:
        """A sweep begins."""
        self._system.begin()

    def now(self) -> datetime:
        """The machine's clock."""
        now = self._system.now()
        self._whole.setdefault("now", now)
        return now

    def read(self, path: str) -> str:
        """A text file, noted."""
        return self.read_bytes(path).decode(errors="replace")

    def read_bytes(self, path: str) -> bytes:
        """A file's bytes, noted."""
        content = self._asked(path, lambda: self._system.read_bytes(path))
        self._files[path] = content
        return content

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a directory, noted."""
        names = self._asked(path, lambda: self._system.list(path))
        self._folders[path] = [*names]
        return names

    def real(self, path: str) -> str:
        """The path with all links resolved, noted."""
        real = self._asked(path, lambda: self._system.real(path))
        if real != path:
            self._links[path] = real
        else:
            self._folders.setdefault(path.rpartition("/")[0] or "/", [path.rpartition("/")[2]])
        return real

    def run(self, command: str) -> str:
        """What a command printed, noted."""
        printed = self._asked(command, lambda: self._system.run(command))
        self._commands[command] = printed
        return printed

    def processes(self) -> tuple[Process, ...]:
        """All processes, noted."""
        found = self._asked("processes", self._system.processes)
        self._whole["processes"] = [_fields(process) for process in found]
        return found

    def sockets(self) -> tuple[Socket, ...]:
        """All sockets, noted."""
        found = self._asked("sockets", self._system.sockets)
        self._whole["sockets"] = [_fields(socket) for socket in found]
        return found

    def owned(self, pids: frozenset[int]) -> dict[int, frozenset[int]]:
        """Socket inodes held by each process, noted."""
        what = f"owned {min(pids, default=0)}"
        found = self._asked(what, lambda: self._system.owned(pids))
        self._owned.update({pid: sorted(inodes) for pid, inodes in found.items()})
        return found

    def interfaces(self) -> tuple[Interface, ...]:
        """All network interfaces, noted."""
        found = self._asked("interfaces", self._system.interfaces)
        self._whole["interfaces"] = [_fields(interface) for interface in found]
        return found

    def gauges(self) -> dict[str, float]:
        """The agent's own gauges, noted."""
        gauges = self._system.gauges()
        self._whole["gauges"] = dict(gauges)
        return gauges

    def keyed(self, text: str) -> str:
        """The keyed hash of a text; the key is never noted."""
        return self._system.keyed(text)

    def tally(self, what: str, value: str) -> dict[str, dict[str, int]]:
        """One more sample, noted."""
        days = self._system.tally(what, value)
        self._tallies[what] = {day: dict(values) for day, values in days.items()}
        return days

    def page(self, about: str, keep: frozenset[str] = frozenset()) -> str:
        """The page as YAML, scrubbed; `keep` are serial numbers that every unit of a make has."""
        scrubbed = scrub(self._noted(about), keep)
        scrubbed["files"] = {path: _written(data) for path, data in scrubbed["files"].items()}
        return _yaml(scrubbed)

    def _noted(self, about: str) -> dict[str, Any]:
        noted = {
            "os": self.os,
            "about": about,
            **self._whole,
            "files": dict(sorted(self._files.items())),
            "folders": dict(sorted(self._folders.items())),
            "links": dict(sorted(self._links.items())),
            "commands": dict(sorted(self._commands.items())),
            "owned": {pid: inodes for pid, inodes in sorted(self._owned.items()) if inodes},
            "denied": sorted(self._denied),
            "tallies": self._tallies,
        }
        return {name: value for name, value in noted.items() if value or name == "files"}

    def _asked(self, what: str, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Denied:
            self._denied.add(what)
            raise


def _fields(answer: Process | Socket | Interface) -> dict[str, Any]:
    """The answer's fields as YAML can hold them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(answer).items()
    }


def _written(content: bytes) -> str | dict[str, str]:
    """Text where it is text to a reader, else base64."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}
    if all(letter.isprintable() or letter in "\n\t" for letter in text):
        return text
    return {"base64": base64.b64encode(content).decode()}


def _yaml(page: dict[str, Any]) -> str:
    """The page for a person to read: texts line by line, short lists on one line."""
    import yaml  # only where a recording is made

    class Dumper(yaml.SafeDumper):
        """Writes each answer out, however often it is the same."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
            """Always."""
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = None
        if "\n" in value:
            style = "|" if "\n" in value.rstrip("\n") else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    def items(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
        short = all(not isinstance(item, dict) for item in value)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short)

    Dumper.add_representer(str, text)
    Dumper.add_representer(list, items)
    return yaml.dump(page, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
