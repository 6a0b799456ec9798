"""Which of the files and services that signatures ask about are there.

Only folders are listed, one after another; no file is opened. Denied passes: a folder that we
may not list does not say whether the file is in it.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from agent.system import Absent, Denied, System

UNITS = (
    "/etc/systemd/system",
    "/etc/systemd/user",
    "/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/usr/lib/systemd/user",
    "/run/systemd/generator.late",
)
WANTED = (".wants", ".requires")


def there(system: System, pattern: str) -> tuple[str, ...]:
    """The paths of this name, or of this pattern with stars, that are there."""
    found = [""]
    for part in pattern.strip("/").split("/"):
        found = [f"{path}/{name}" for path in found for name in _named(system, path or "/", part)]
    return tuple(found)


def units(system: System, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The systemd units of these names or patterns that are installed or enabled, sorted."""
    wanted = _wanted(asked)
    return tuple(sorted(name for name in set(_installed(system)) if wanted(name)))


@lru_cache(maxsize=4)
def _wanted(asked: tuple[str, ...]) -> Callable[[str], object]:
    """One regular expression for all patterns: there are hundreds of units to try."""
    return re.compile("|".join(map(translate, asked)) or "(?!)").match


def _installed(system: System) -> Iterator[str]:
    for folder in UNITS:
        names = _listed(system, folder)
        yield from names
        for name in names:
            if name.endswith(WANTED):
                yield from _listed(system, f"{folder}/{name}")


def _named(system: System, folder: str, part: str) -> tuple[str, ...]:
    try:
        names = system.list(folder)
    except Absent:
        return ()
    if not _starred(part):
        return (part,) if part in names else ()
    return tuple(name for name in names if fnmatchcase(name, part))


def _listed(system: System, folder: str) -> tuple[str, ...]:
    try:
        return system.list(folder)
    except (Absent, Denied):
        return ()


def _starred(text: str) -> bool:
    return any(letter in text for letter in "*?[")
