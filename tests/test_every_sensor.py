"""The laws that hold for every sensor, and for every machine that was written down."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest

from agent.gather import Gather, Rules
from agent.sensors import Sensor, sensors
from agent.system import recorded
from agent.system.recorded import Bytes, Page, RecordedSystem
from signatures.matcher import Matcher
from signatures.pack import load
from wire.digest import sensor_digest
from wire.report import Outcome
from wire.row import Row
from wire.trace import Trace

AGENT = Path(__file__).resolve().parent.parent / "agent"
FOLDER = AGENT / "sensors"
ROOMS = sorted(FOLDER.glob("*/recordings/*.yaml"))
MACHINES = sorted((AGENT / "recordings").glob("*.yaml"))
NAMES = [sensor.name for sensor in sensors()]
HEADINGS = [
    "What",
    "Why",
    "How per system",
    "Permissions",
    "Privacy",
    "Example",
    "Blind spots",
]
DOORS = frozenset(
    {"os", "io", "pathlib", "platform", "psutil", "scapy", "shutil", "socket", "subprocess", "sys"}
    | {"time", "tempfile", "urllib", "winreg", "ctypes", "evdev", "requests", "http", "random"}
)
SAID_BY_DEVICES = frozenset(
    {"edid", "interface", "manufacturer", "model", "name", "product", "report_descriptor", "rev"}
    | {"product_name", "product_serial", "serial", "sys_vendor", "vendor"}
)
JUNK = (bytes(128), b"\xff\x00\n\x1b[2J", b"x" * 65_536)
PURE = {("sessions/utmp.py", "socket"), ("clock/linux.py", "io")}
"""Modules used without touching the machine: formatting an address, a file in memory."""


def _id(path: Path) -> str:
    return f"{path.parent.parent.name}:{path.stem}"


@cache
def page(path: Path) -> Page:
    """A page, read once for all laws."""
    return recorded.page(path)


@cache
def _gather() -> Gather:
    pack = load()
    return Gather(sensors(), pack, Matcher(pack), lambda _: None)


def _asked(sensor: str, written: Page) -> Outcome:
    return _gather().ask(RecordedSystem(written), sensor, Rules())


def _digest(outcome: Outcome) -> str:
    rows = (bytes(row) for row in outcome.rows)
    return sensor_digest(outcome.sensor, outcome.ended, outcome.why, rows)


def _rows(outcome: Outcome) -> list[dict[str, object]]:
    return [json.loads(bytes(row)) for row in outcome.rows]


def _later(written: Page) -> Page:
    assert written.now is not None
    return msgspec.structs.replace(written, now=written.now + timedelta(hours=1))


MODULES = sorted(FOLDER.rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", ROOMS, ids=_id)
def test_a_sensor_senses_exactly_what_its_recording_says(path: Path) -> None:
    written = page(path)
    name = path.parent.parent.name
    outcome = _asked(name, written)
    assert (outcome.ended, _rows(outcome)) == (
        written.ends.get(name, "ok"),
        list(written.senses),
    )


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_all_sensors_together_sense_exactly_what_a_whole_machine_says(path: Path) -> None:
    written = page(path)
    outcomes = [_asked(name, written) for name in NAMES]
    assert [row for outcome in outcomes for row in _rows(outcome)] == list(written.senses)
    assert {outcome.sensor: outcome.ended for outcome in outcomes} == {
        name: written.ends.get(name, "ok") for name in NAMES
    }


@pytest.mark.parametrize("path", ROOMS, ids=_id)
def test_an_unchanged_machine_gives_an_equal_digest_an_hour_later(path: Path) -> None:
    written = page(path)
    name = path.parent.parent.name
    assert _digest(_asked(name, written)) == _digest(_asked(name, _later(written)))


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_a_second_sweep_of_one_system_gives_equal_digests(path: Path) -> None:
    system = RecordedSystem(page(path))
    first, second = ([_gather().ask(system, name, Rules()) for name in NAMES] for _ in range(2))
    assert [_digest(outcome) for outcome in first] == [_digest(outcome) for outcome in second]


@pytest.mark.parametrize("path", ROOMS, ids=_id)
def test_a_file_that_goes_while_a_sensor_looks_is_no_failure_of_the_sensor(path: Path) -> None:
    written = page(path)
    name = path.parent.parent.name
    for gone in written.files:
        left = {each: text for each, text in written.files.items() if each != gone}
        outcome = _asked(name, msgspec.structs.replace(written, files=left))
        assert (gone, outcome.ended, outcome.why) != (gone, "failed", outcome.why)


@pytest.mark.parametrize("path", ROOMS, ids=_id)
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: f"{len(junk)} bytes")
def test_whatever_a_device_says_of_itself_is_no_failure_of_the_sensor(
    path: Path, junk: bytes
) -> None:
    written = page(path)
    name = path.parent.parent.name
    said = [each for each in written.files if each.rpartition("/")[2] in SAID_BY_DEVICES]
    for file in said:
        files = {**written.files, file: Bytes(hex=junk.hex())}
        outcome = _asked(name, msgspec.structs.replace(written, files=files))
        assert (file, outcome.ended) == (file, "ok")


@pytest.mark.parametrize("sensor", sensors(), ids=NAMES)
def test_a_sensor_is_named_after_its_folder_and_has_a_recording_for_each_system(
    sensor: Sensor,
) -> None:
    folder = FOLDER / sensor.name
    recorded = {page(path).os for path in (folder / "recordings").glob("*.yaml")}
    named = {path.stem.partition("-")[0] for path in (folder / "recordings").glob("*.yaml")}
    assert (recorded, named) == (set(sensor.systems), set(sensor.systems))


@pytest.mark.parametrize("sensor", sensors(), ids=NAMES)
def test_the_readme_of_a_sensor_has_its_headings_in_order(sensor: Sensor) -> None:
    text = (FOLDER / sensor.name / "README.md").read_text()
    assert re.findall(r"^#+ (.+)$", text, re.MULTILINE) == [sensor.name, *HEADINGS]


@pytest.mark.parametrize("sensor", sensors(), ids=NAMES)
def test_a_sensor_declares_rows_that_say_what_they_are_and_no_traces(sensor: Sensor) -> None:
    for row in sensor.rows:
        assert issubclass(row, Row)
        assert not issubclass(row, Trace)
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", str(row.__struct_config__.tag))
        assert row.__doc__


def test_no_kind_of_row_is_written_by_two_sensors() -> None:
    kinds = [str(row.__struct_config__.tag) for sensor in sensors() for row in sensor.rows]
    assert sorted(kinds) == sorted(set(kinds))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_sensor_reaches_past_its_system(path: Path) -> None:
    if path == FOLDER / "__init__.py":
        return
    module = path.relative_to(FOLDER).as_posix()
    reached = {name.partition(".")[0] for name in _imports(path)} & DOORS
    assert {(module, name) for name in reached} <= PURE
    names = [
        node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
    ]
    assert "open" not in names
    assert "Path" not in names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_sensor_imports_another(path: Path) -> None:
    own = path.relative_to(FOLDER).parts[0]
    others = {
        name.split(".")[2]
        for name in _imports(path)
        if name.startswith("agent.sensors.") and name.split(".")[2] in NAMES
    }
    assert others <= {own}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_sensor_catches_everything(path: Path) -> None:
    handlers = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
    ]
    caught = {ast.unparse(node.type) if node.type else "all" for node in handlers}
    assert not caught & {"all", "Exception", "BaseException", "SystemFault"}
