"""The sensors: one folder each, named by a noun, found by looking at the folders."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from agent.system import System
from signatures.hit import Hit
from wire.report import Gauge
from wire.row import Row
from wire.trace import Trace

Sensed = Row | Trace | Gauge
Sense = Callable[[System], Iterable[Sensed]]
Named = tuple[Trace, tuple[Hit, ...]]
Follow = Callable[[System, tuple[Named, ...]], Iterator[Row]]
"""Turns all traces of the sensor, each with its hits (often none), into rows; it may ask the system
for more, but only about what was hit."""


@dataclass(frozen=True)
class Sensor:
    """One sensor: what it is called, what it may send, and how each system is asked.

    rows: the classes of the rows it may write. privileges: the one line a person needs to grant
    what it lacks, or empty. A system without an entry in `systems` ends `off: no backend`.
    """

    name: str
    rows: tuple[type[Row], ...]
    systems: Mapping[str, Sense]
    on: bool = True
    follow: Follow | None = None
    privileges: str = ""


@cache
def sensors() -> tuple[Sensor, ...]:
    """Every sensor there is, ordered by name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.ispkg)
    return tuple(import_module(f"{__name__}.{name}").SENSOR for name in names)
