"""A disk in memory that can be killed, or lose power, behind any single operation."""

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.disk import Gone, Unwritable


class Killed(Exception):
    """The agent was killed behind the operation that was its last."""


@dataclass
class Tree:
    """Files by path, and the folders there are."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {""})

    def copy(self) -> "Tree":
        return Tree(dict(self.files), set(self.folders))

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data

    def rename(self, path: str, to: str) -> None:
        if path in self.folders:
            self.folders = {to if folder == path else folder for folder in self.folders}
            for name in [name for name in self.files if parent(name) == path]:
                self.files[to + name[len(path) :]] = self.files.pop(name)
        elif path in self.files:
            self.files[to] = self.files.pop(path)

    def remove(self, path: str) -> None:
        self.files.pop(path, None)
        self.folders.discard(path)


Change = Callable[[Tree], None]


class MemoryDisk:
    """A Disk. steps: operations until it is killed, or none. full: writes are refused."""

    def __init__(self) -> None:
        self.now = Tree()
        self.steps: int | None = None
        self.full = False
        self._forced = Tree()
        self._waiting: list[tuple[str, Change]] = []

    def names(self, folder: str) -> tuple[str, ...]:
        there = {*self.now.files, *self.now.folders} - {""}
        return tuple(sorted(name.rpartition("/")[2] for name in there if parent(name) == folder))

    def size(self, path: str) -> int:
        return len(self.read(path))

    def read(self, path: str) -> bytes:
        try:
            return self.now.files[path]
        except KeyError:
            raise Gone(path) from None

    def write(self, path: str, data: bytes) -> None:
        self._room(path)
        assert parent(path) in self.now.folders, path
        self._step(path, lambda tree: tree.write(path, data))

    def append(self, path: str, data: bytes) -> None:
        self._room(path)
        whole = self.now.files.get(path, b"") + data
        self._step(path, lambda tree: tree.write(path, whole))

    def rename(self, path: str, to: str) -> None:
        if path not in self.now.files and path not in self.now.folders:
            raise Gone(path)
        self._step(path, lambda tree: tree.rename(path, to))

    def remove(self, path: str) -> None:
        self._step(path, lambda tree: tree.remove(path))

    def make(self, folder: str) -> None:
        self._room(folder)
        self._step(folder, lambda tree: tree.folders.add(folder))

    def sync(self, folder: str) -> None:
        assert folder in self.now.folders, folder
        self._step("", lambda _: None)
        for change in [change for place, change in self._waiting if place == folder]:
            change(self._forced)
        self._waiting = [(place, change) for place, change in self._waiting if place != folder]

    def power_lost(self, keep: int) -> None:
        """Only what was forced is there, and the first `keep` of the operations behind it."""
        for _, change in self._waiting[:keep]:
            change(self._forced)
        self._waiting = []
        lost = [name for name in self._forced.files if parent(name) not in self._forced.folders]
        for name in lost:  # forced, but never reachable
            del self._forced.files[name]
        self.now = self._forced.copy()

    def _step(self, path: str, change: Change) -> None:
        if self.steps is not None:
            if self.steps <= 0:
                raise Killed
            self.steps -= 1
        change(self.now)
        self._waiting.append((parent(path), change))

    def _room(self, path: str) -> None:
        if self.full:
            raise Unwritable(f"{path} cannot be written: no space left on device")


def parent(path: str) -> str:
    """The folder of a path."""
    return path.rpartition("/")[0]
