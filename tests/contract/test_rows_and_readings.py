"""What is read is written, and what is written is read or shown: nothing is collected in vain."""

from typing import Any

import msgspec
import pytest

from agent.itself import AgentSelf
from agent.sensors import sensors
from collector.detectors import detectors
from collector.detectors.reading import Reading
from collector.ingest.rows import ROWS
from collector.labels import ROWS as LABELS
from collector.verdicts import innocent, situation
from wire.row import Row

SENT: tuple[type[Row], ...] = (
    AgentSelf,
    *(row for sensor in sensors() for row in sensor.rows),
    *ROWS,
)
READ: list[tuple[str, type[Reading]]] = [
    *((detector.name, reading) for detector in detectors() for reading in detector.reads),
    *(("situation", reading) for reading in situation.READS),
    *(("innocent", reading) for reading in innocent.READS),
]


def kind(struct: type[Row] | type[Reading]) -> str:
    return str(struct.__struct_config__.tag)


def fields(struct: type[Row] | type[Reading]) -> dict[str, object]:
    return {field.encode_name: field.type for field in msgspec.structs.fields(struct)}


WRITTEN = {kind(row): row for row in SENT}


@pytest.mark.parametrize(
    ("reader", "reading"), [pytest.param(*each, id=f"{each[0]}:{kind(each[1])}") for each in READ]
)
def test_a_reading_reads_only_what_some_row_carries(reader: str, reading: type[Reading]) -> None:
    assert kind(reading) in WRITTEN
    assert sorted(fields(reading).keys() - fields(WRITTEN[kind(reading)]).keys()) == []


@pytest.mark.parametrize(
    ("reader", "reading"), [pytest.param(*each, id=f"{each[0]}:{kind(each[1])}") for each in READ]
)
def test_a_reading_takes_the_types_that_the_row_is_written_with(
    reader: str, reading: type[Reading]
) -> None:
    row = WRITTEN[kind(reading)]
    example = {"kind": kind(row), **{name: sample(type_) for name, type_ in fields(row).items()}}
    written = msgspec.json.encode(msgspec.convert(example, row))
    read = msgspec.json.decode(written, type=reading)
    assert {name: getattr(read, name) for name in fields(reading)} == {
        name: getattr(msgspec.convert(example, row), name) for name in fields(reading)
    }


@pytest.mark.parametrize("row", SENT, ids=kind)
def test_a_row_carries_only_what_is_read_or_shown(row: type[Row]) -> None:
    read = {name for _reader, each in READ if kind(each) == kind(row) for name in fields(each)}
    label = LABELS.get(kind(row))
    shown = set(label.fields) if label else set()
    assert sorted(fields(row).keys() - read - shown) == []


def test_no_label_is_of_a_row_or_field_that_is_never_sent() -> None:
    labelled = {(each, name) for each, label in LABELS.items() for name in label.fields}
    written = {(each, name) for each, row in WRITTEN.items() for name in fields(row)}
    assert sorted(labelled - written) == []


def sample(type_: object) -> object:
    """A value of a field's type, as JSON has it."""
    return _of(msgspec.json.schema(type_))


def _of(schema: dict[str, Any]) -> object:
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "array":
        return [_of(schema["items"])]
    return {"string": "text", "integer": 7, "number": 480.0, "boolean": True}[schema["type"]]
