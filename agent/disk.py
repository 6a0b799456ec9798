"""The agent's own folder: the few operations on files that must survive a crash at any point.

    DiskFault
      Gone        no such file (ours: a name was remembered too long)
      Unwritable  full, read-only or not permitted (the operator's)

Each operation is one step that a crash may fall behind; `store` is the one way to replace a file.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

NEW = ".new"


class DiskFault(Exception):
    """The agent's folder did not do what was asked."""


class Gone(DiskFault):
    """There is no such file."""


class Unwritable(DiskFault):
    """The disk is full, read-only, or does not permit it."""


class Disk(Protocol):
    """A folder; paths are relative to it, with slashes."""

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; none when there is no such folder."""

    def size(self, path: str) -> int:
        """A file's bytes."""

    def read(self, path: str) -> bytes:
        """A file's content."""

    def write(self, path: str, data: bytes) -> None:
        """A whole file, on the disk when this returns, though its name may not be."""

    def append(self, path: str, data: bytes) -> None:
        """More bytes at a file's end; not forced to the disk."""

    def rename(self, path: str, to: str) -> None:
        """Gives a file or folder another name, replacing a file that had it."""

    def remove(self, path: str) -> None:
        """Removes a file, or an empty folder; fine when it is gone already."""

    def make(self, folder: str) -> None:
        """Makes a folder, only for its owner; fine when it is there."""

    def sync(self, folder: str) -> None:
        """Forces the names in a folder to the disk."""


def store(disk: Disk, path: str, data: bytes) -> None:
    """Puts a file in place whole or not at all; what it says is on the disk when this returns."""
    disk.write(path + NEW, data)
    disk.rename(path + NEW, path)
    disk.sync(path.rpartition("/")[0])


class FolderDisk:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; none when there is no such folder."""
        try:
            return tuple(sorted(path.name for path in (self.root / folder).iterdir()))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise _unwritable(error) from error

    def size(self, path: str) -> int:
        """A file's bytes."""
        with _faults():
            return (self.root / path).stat().st_size

    def read(self, path: str) -> bytes:
        """A file's content."""
        with _faults():
            return (self.root / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """A whole file, on the disk when this returns, though its name may not be."""
        with _faults():
            _write(self.root / path, data, os.O_TRUNC, durable=True)

    def append(self, path: str, data: bytes) -> None:
        """More bytes at a file's end; not forced to the disk."""
        with _faults():
            _write(self.root / path, data, os.O_APPEND, durable=False)

    def rename(self, path: str, to: str) -> None:
        """Gives a file or folder another name, replacing a file that had it."""
        with _faults():
            (self.root / path).replace(self.root / to)

    def remove(self, path: str) -> None:
        """Removes a file, or an empty folder; fine when it is gone already."""
        with _faults():
            place = self.root / path
            if place.is_dir():
                place.rmdir()
            else:
                place.unlink(missing_ok=True)

    def make(self, folder: str) -> None:
        """Makes a folder, only for its owner; fine when it is there."""
        try:
            (self.root / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    def sync(self, folder: str) -> None:
        """Forces the names in a folder to the disk."""
        if os.name == "nt":  # Windows cannot open a folder, and NTFS journals its names
            return
        with _faults():
            handle = os.open(self.root / folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _write(path: Path, data: bytes, how: int, *, durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Gone(f"{error.filename}: no such file") from error
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> Unwritable:
    why = (error.strerror or "refused").lower()
    return Unwritable(f"{error.filename or 'the disk'} cannot be written: {why}")
