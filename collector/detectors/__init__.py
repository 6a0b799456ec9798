"""The detectors: one folder each, named by the claim it makes, found by looking at the folders.

A detector is a pure function of a view; it reads no database and no clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from collector.detectors.claim import Claim
from collector.detectors.reading import Reading
from collector.detectors.view import View

__all__ = ["CannotTell", "Claim", "Detector", "Later", "Said", "View", "detectors"]


@dataclass(frozen=True)
class CannotTell:
    """A detector had too little to go by, and says why."""

    detector: str
    why: str


@dataclass(frozen=True)
class Later:
    """From this moment on a detector may say something else, though no row changes."""

    at: datetime


Said = Claim | CannotTell | Later


@dataclass(frozen=True)
class Detector:
    """One detector: its name, the readings it is given, and the function."""

    name: str
    reads: tuple[type[Reading], ...]
    detect: Callable[[View], Iterator[Said]]


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector there is, ordered by name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.ispkg)
    return tuple(import_module(f"{__name__}.{name}").DETECTOR for name in names)
