"""Runs the sensors and names how each ended; here a bug becomes the outcome `failed`."""

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.disclosure import disclosed
from agent.sensors import Named, Sensor
from agent.state import Held, State, hold
from agent.system import Absent, Denied, System
from signatures.matcher import Matcher
from signatures.pack import Pack
from wire.report import Gauge, Outcome
from wire.row import Row, encode_row, kind_of
from wire.trace import Trace

MOST_ROWS = 500
MOST_BYTES = 48 * 1024
"""Of one sensor, so that a full report of all sensors stays within what the collector takes."""

ROOT = Path(__file__).resolve().parent.parent
UNKNOWN = "no such sensor"


class Undeclared(Exception):
    """A sensor wrote a row that it does not declare; ours."""


class Excessive(Exception):
    """A sensor wrote more rows than one report can carry; ours, or a very odd machine."""


@dataclass(frozen=True)
class Rules:
    """What may be looked at and what may leave, as of one sweep.

    off: why a sensor is off, by name. sanctioned: ids of signatures whose rows stay here.
    """

    off: dict[str, str] = field(default_factory=dict)
    sanctioned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sweep:
    """What all sensors said at one time."""

    state: dict[str, Held]
    gauges: tuple[Gauge, ...]


@dataclass
class Gather:
    """The sensors of this build, each asked through the one System it is handed."""

    sensors: Sequence[Sensor]
    pack: Pack
    matcher: Matcher
    say: Callable[[str], None]
    _failed: dict[str, str] = field(default_factory=dict)

    def sweep(self, system: System, rules: Rules, before: State, own: Outcome) -> Sweep:
        """Runs every sensor once; `own` is what the agent says of itself."""
        system.begin()
        gauges: list[Gauge] = []
        outcomes = [self._ask(system, sensor, rules, gauges) for sensor in self.sensors]
        state = {
            outcome.sensor: hold(before.get(outcome.sensor), outcome)
            for outcome in (*outcomes, own)
        }
        return Sweep(state, (*gauges, *_measured(system)))

    def ask(self, system: System, name: str, rules: Rules) -> Outcome:
        """Runs one sensor now, for a question."""
        sensor = next((sensor for sensor in self.sensors if sensor.name == name), None)
        if sensor is None:
            return Outcome(sensor=name, ended="off", why=UNKNOWN)
        system.begin()
        return self._ask(system, sensor, rules, [])

    def _ask(self, system: System, sensor: Sensor, rules: Rules, gauges: list[Gauge]) -> Outcome:
        why = rules.off.get(sensor.name) or ("" if system.os in sensor.systems else "no backend")
        if why:
            return Outcome(sensor=sensor.name, ended="off", why=why)
        try:
            rows = tuple(self._rows(system, sensor, rules, gauges))
        except Absent as fault:
            return Outcome(sensor=sensor.name, ended="nothing", why=_short(str(fault)))
        except Denied as fault:
            return Outcome(sensor=sensor.name, ended="denied", why=_short(str(fault)))
        except Exception as error:  # noqa: BLE001 - the one place where a sensor's bug ends
            return self._fail(sensor, error)
        self._failed.pop(sensor.name, None)
        return Outcome(sensor=sensor.name, ended="ok", rows=tuple(map(encode_row, rows)))

    def _rows(
        self, system: System, sensor: Sensor, rules: Rules, gauges: list[Gauge]
    ) -> Iterator[Row]:
        rows: list[Row] = []
        named: list[Named] = []
        for sensed in sensor.systems[system.os](system):
            if isinstance(sensed, Trace):
                named.append((sensed, self.matcher.hits_of(sensed)))
            elif isinstance(sensed, Gauge):
                gauges.append(sensed)
            else:
                rows.append(sensed)
        if sensor.follow:
            rows.extend(sensor.follow(system, tuple(named)))
        _check(sensor, rows)
        return disclosed(rows, self.pack, rules.sanctioned)

    def _fail(self, sensor: Sensor, error: Exception) -> Outcome:
        why = f"{type(error).__name__} at {place(error)}"
        if self._failed.get(sensor.name) != why:
            self.say(f"sensor {sensor.name} failed: {why}")
            traceback.print_exception(error, file=sys.stderr)
        self._failed[sensor.name] = why
        return Outcome(sensor=sensor.name, ended="failed", why=why)


def place(error: Exception) -> str:
    """Where in our own code an error arose: a file and a line, never what was being read."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)]
    last = (ours or frames)[-1]
    path = Path(last.filename)
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return f"{name}:{last.lineno}"


def _check(sensor: Sensor, rows: Sequence[Row]) -> None:
    for row in rows:
        if type(row) not in sensor.rows:
            raise Undeclared(f"{sensor.name} does not declare {kind_of(row)}")
    size = sum(len(bytes(encode_row(row))) for row in rows)
    if len(rows) > MOST_ROWS or size > MOST_BYTES:
        raise Excessive(f"{sensor.name}: {len(rows)} rows of {size} bytes")


def _measured(system: System) -> Iterator[Gauge]:
    rounded = {"rss_bytes": -5, "cpu_s": 1}
    for name, value in sorted(system.gauges().items()):
        yield Gauge(name=name, value=round(value, rounded.get(name, 0)))


def _short(why: str) -> str:
    return why if len(why) <= 200 else why[:199] + "…"
