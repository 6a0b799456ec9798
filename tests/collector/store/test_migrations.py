"""The migrations make exactly the tables that the code speaks of."""

import sqlite3
import warnings
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, create_engine
from sqlalchemy.pool import StaticPool

from collector.store.migrations import upgrade
from collector.store.tables import metadata


@pytest.fixture
def migrated() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    upgrade(connection)
    yield connection
    connection.close()


def test_nothing_is_left_to_migrate(migrated: sqlite3.Connection) -> None:
    engine = create_engine("sqlite://", creator=lambda: migrated, poolclass=StaticPool)
    with engine.connect() as connected, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "autogenerate skipping .* expression-based index")
        context = MigrationContext.configure(connected, opts={"include_name": _comparable})
        assert compare_metadata(context, metadata) == []


# Alembic cannot read an index on an expression back; the next test compares their words.
EXPRESSIONS = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if not all(isinstance(expression, Column) for expression in index.expressions)
}


def _comparable(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "index" and name in EXPRESSIONS)


def schema(connection: sqlite3.Connection, type: str) -> dict[str, str]:
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (type,)
    )
    return {name: " ".join(sql.replace(", \n", ",\n").split()) for name, sql in found}


def test_tables_and_indexes_are_made_in_the_same_words(migrated: sqlite3.Connection) -> None:
    directly = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: directly, poolclass=StaticPool)
    metadata.create_all(engine)

    for kind in ("table", "index"):
        made = schema(migrated, kind)
        made.pop("alembic_version", None)
        assert made == schema(directly, kind)
    directly.close()


def test_migrating_twice_changes_nothing(migrated: sqlite3.Connection) -> None:
    before = list(migrated.execute("SELECT name, sql FROM sqlite_master"))

    upgrade(migrated)

    assert list(migrated.execute("SELECT name, sql FROM sqlite_master")) == before


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_audit_log_is_only_appended_to(migrated: sqlite3.Connection, statement: str) -> None:
    migrated.execute(
        "INSERT INTO audit (at, who, role, address, did, subject) VALUES (1, 'a', '', '', 'b', 'c')"
    )

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        migrated.execute(statement)
