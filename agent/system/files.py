# ruff: noqa: PTH208
"""Files, folders and links of this machine, with the operating system's errors as our own."""

import errno
import os

from agent.system import Absent, Broken, Denied, SystemFault

MOST = 1024 * 1024
GONE = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ESRCH,
        errno.ENXIO,
        errno.ENODEV,
        errno.ENODATA,
        errno.EINVAL,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EOPNOTSUPP,
        errno.EIO,  # a device pulled out while it was being read
    }
)
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe put where a file was expected must not hold us
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def fault(error: OSError, path: str) -> SystemFault:
    """The operating system's error as ours."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return Denied(f"{path}: {grant(path)}")
    if error.errno in GONE:
        return Absent(f"{path} is not there")
    return Broken(f"{path}: {error.strerror}")


def grant(path: str) -> str:
    """The one line that would let the agent read this path."""
    if path.startswith("/proc/"):
        return "AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH"
    return "AmbientCapabilities=CAP_DAC_READ_SEARCH"


def read(path: str) -> bytes:
    """A file's bytes, at most 1 MiB."""
    try:
        handle = os.open(path, FLAGS)
    except OSError as error:
        raise fault(error, path) from error
    try:
        return _all(handle)
    except OSError as error:
        raise fault(error, path) from error
    finally:
        os.close(handle)


def _all(handle: int) -> bytes:
    first = os.read(handle, 16384)
    if len(first) < 256:  # most files of /sys and /proc; a second read would say: the end
        return first
    parts = [first]
    length = len(first)
    while parts[-1] and length < MOST:
        parts.append(os.read(handle, min(65536, MOST - length)))
        length += len(parts[-1])
    return b"".join(parts)


def names(path: str) -> tuple[str, ...]:
    """The names in a directory, sorted."""
    try:
        return tuple(sorted(map(shown, os.listdir(path))))
    except OSError as error:
        raise fault(error, path) from error


def real(path: str) -> str:
    """The path with all links resolved."""
    try:
        return shown(os.path.realpath(path, strict=True))
    except OSError as error:
        raise fault(error, path) from error


def shown(name: str) -> str:
    """A name as text that can be sent; one that is not UTF-8 gets replacement characters."""
    return name if name.isascii() else os.fsencode(name).decode(errors="replace")
