"""What a report changes: which rows of the host end with it, and which begin."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from collector.ingest import rows
from wire.row import Row

OWN = ""
"""The sensor of the rows that the collector writes."""


def _kind(row: type[Row]) -> str:
    return str(row.__struct_config__.tag)


PER_SENSOR = frozenset({_kind(rows.SensorOutcome), _kind(rows.RefusedRow)})
"""These tell of a sensor's last run."""
PASSING = frozenset({_kind(rows.Gap), _kind(rows.Fork), _kind(rows.Epoch)})
"""These are true until the next report with rows."""
SILENCE = _kind(rows.Silence)


Open = tuple[int, str, str, int]
"""A row in force: interval, sensor, kind, body."""
Key = tuple[str, int]
"""What tells a host's rows in force apart: sensor and body."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report tells of; every row in its scope that it does not repeat has ended.

    heard: sensors whose outcome it carries. replaced: those of them whose rows it carries. full:
    it starts from nothing. restated: kinds of the collector's own rows that are written anew.
    about: of which sensor a body of the collector's own tells.
    """

    heard: frozenset[str]
    replaced: frozenset[str]
    full: bool
    restated: frozenset[str]
    about: Callable[[int], str]

    def holds(self, sensor: str, kind: str, body: int) -> bool:
        """Whether the report tells of this row."""
        if sensor != OWN:
            return self.full or sensor in self.replaced
        if kind in PER_SENSOR:
            return self.full or self.about(body) in self.heard
        if kind in PASSING:
            return bool(self.heard) or self.full
        return kind == SILENCE or kind in self.restated


def difference(
    there: Iterable[Open], scope: Scope, wanted: Collection[Key]
) -> tuple[list[int], set[Key]]:
    """The intervals that end, and the keys of the rows that begin."""
    ends: list[int] = []
    begins = set(wanted)
    for interval, sensor, kind, body in there:
        key = (sensor, body)
        if key in wanted:
            begins.discard(key)
        elif scope.holds(sensor, kind, body):
            ends.append(interval)
    return ends, begins
