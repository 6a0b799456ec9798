"""One agent at a time works on a folder.

LockFault
  Busy   another one has it (the operator's)
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "lock"


class LockFault(Exception):
    """The folder cannot be had alone."""


class Busy(LockFault):
    """Another agent has it."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder; the system lets go of it however the process ends."""
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, folder)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt  # there is no fcntl

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # there is no msvcrt

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Busy(f"{folder}: another farmwatch-agent works here") from error
