"""PRIVACY.md lists every kind of row with every field, and nothing that is not sent."""

import re

import msgspec

from agent.itself import AgentSelf
from agent.sensors import sensors
from collector.ingest.rows import ROWS
from tests.conftest import ROOT
from wire.row import Row

# | `clock.zone` | `zone`, `offset_min`, `manual` | corroborates a place, never alone |
LINE = re.compile(r"^\| `(?P<kind>[a-z_]+\.[a-z_]+)` \| (?P<fields>[^|]+) \|", re.MULTILINE)
FIELD = re.compile(r"`(\w+)`")


def written() -> dict[str, set[str]]:
    """What the page says is sent or added."""
    page = (ROOT / "PRIVACY.md").read_text()
    return {line["kind"]: set(FIELD.findall(line["fields"])) for line in LINE.finditer(page)}


def fields(row: type[Row]) -> set[str]:
    """The fields of a row as they stand on the wire."""
    return {field.encode_name for field in msgspec.structs.fields(row)}


def test_privacy_md_lists_exactly_the_rows_and_fields_that_exist() -> None:
    rows: list[type[Row]] = [
        *(row for sensor in sensors() for row in sensor.rows),
        AgentSelf,
        *ROWS,
    ]

    assert written() == {str(row.__struct_config__.tag): fields(row) for row in rows}
    assert len(rows) > 20
