"""What the lists cost: each statement is led by an index, so that it costs what it shows."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.store import listing
from collector.store.database import Database

VALUES = {
    "q": "lap", "level": "", "name": "", "n": 0, "after": 0, "before": 9, "limit": 5, "id": "x",
    "host": 1, "kind": "", "given": "[1]", "kinds": '["a.b"]', "step": 1,
}  # fmt: skip
LED = (
    "_BY_ID", "_BY_NUMBERS", "_BY_LEVEL", "_UNJUDGED", "_EXACT", "_BY_NAME", "_BY_NAME_OF_FEW",
    "_IN_FORCE", "_HELD_BY_ID", "_OF_KINDS", "_CLAIMED", "_FINDINGS_AFTER", "_FINDINGS_BEFORE",
    "_GAUGES",
)  # fmt: skip


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A reader of an empty store."""
    database = Database.open(tmp_path / "farmwatch.sqlite")
    with database.reading() as reader:
        yield reader
    database.close()


@pytest.mark.parametrize("name", LED)
def test_a_statement_scans_no_table(connection: sqlite3.Connection, name: str) -> None:
    plan = connection.execute(f"EXPLAIN QUERY PLAN {getattr(listing, name)}", VALUES).fetchall()
    scanned = [step[3] for step in plan if step[3].startswith("SCAN")]
    assert [step for step in scanned if "json_each" not in step] == []


def test_an_empty_store_has_no_hosts_and_no_lag(connection: sqlite3.Connection) -> None:
    assert listing.counts(connection) == {
        "high": 0,
        "review": 0,
        "observe": 0,
        "unseen": 0,
        "clear": 0,
    }
    assert listing.spread(connection) == (0, ())
    assert listing.lag(connection) == 0
    assert listing.first_enrolment(connection) is None
    assert listing.known(connection, "none") is None
