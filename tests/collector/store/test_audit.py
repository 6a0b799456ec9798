import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.store.audit import Deed, Entry, entries, record
from collector.store.database import Database

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEED = Deed(AT, "soc", "analyst", "192.0.2.9", "read.host", "host-1", "")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with one line in its audit log."""
    made = Database.open(tmp_path / "farmwatch.sqlite")
    made.write_now(lambda connection: record(connection, DEED))
    yield made
    made.close()


def test_a_line_is_read_as_it_was_written(database: Database) -> None:
    with database.reading() as connection:
        assert entries(connection, 2**62, 10) == (
            Entry(1, AT, "soc", "analyst", "192.0.2.9", "read.host", "host-1", ""),
        )


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'me'", "DELETE FROM audit"])
def test_a_line_cannot_be_changed_or_removed(database: Database, change: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="the audit log is append-only"):
        database.write_now(lambda connection: connection.execute(change))
    with database.reading() as connection:
        assert len(entries(connection, 2**62, 10)) == 1
