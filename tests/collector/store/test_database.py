"""The writing thread, its groups, and what goes wrong with disks."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from collector.store.database import Broken, Closed, Connection, Database, Full, NotWritable, Taken


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "farmwatch.db")
    yield opened
    opened.close()


def put(name: str, value: bytes = b"x") -> "Put":
    return Put(name, value)


class Put:
    """A job that keeps one value, and says how many there are."""

    def __init__(self, name: str, value: bytes) -> None:
        self.name, self.value = name, value

    def __call__(self, connection: Connection) -> int:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (self.name, self.value))
        count: int = connection.execute("SELECT count(*) FROM meta").fetchone()[0]
        return count


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM meta ORDER BY name")]


def test_a_new_file_gives_pages_back_in_steps(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_writer_waits_for_the_disk_and_checkpoints_by_itself(database: Database) -> None:
    found = database.write_now(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "wal_autocheckpoint")
        ]
    )

    assert found == [2, 0]


def test_readers_only_read_and_never_checkpoint(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("INSERT INTO meta VALUES ('a', 'b')")


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone() == (0,)
        database.write_now(put("a"))
        assert connection.execute("SELECT count(*) FROM meta").fetchone() == (0,)
    assert names(database) == ["a"]


async def in_one_group(
    database: Database, start: Callable[[], Sequence[asyncio.Future[Any]]]
) -> list[Any]:
    """The outcomes of jobs that all waited while another one ran."""
    running, go = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        del connection
        running.set()
        assert go.wait(10)

    first = database.write(slow)
    await asyncio.to_thread(running.wait, 10)
    waiting = start()
    assert database.depth == len(waiting)
    go.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_what_waits_is_written_in_one_group_and_in_order(database: Database) -> None:
    before = database.groups
    jobs = in_one_group(database, lambda: [database.write(put(name)) for name in "abcde"])

    assert asyncio.run(jobs) == [1, 2, 3, 4, 5]
    assert database.groups - before == 2


def test_a_job_that_raises_is_undone_alone(database: Database) -> None:
    def wrong(connection: Connection) -> None:
        put("wrong")(connection)
        raise KeyError("mine")

    jobs = in_one_group(
        database, lambda: [database.write(job) for job in (put("a"), wrong, put("b"))]
    )

    one, error, two = asyncio.run(jobs)

    assert (one, two) == (1, 2)
    assert isinstance(error, KeyError)
    assert names(database) == ["a", "b"]


def test_what_follows_a_job_is_done_before_anybody_is_told(database: Database) -> None:
    told: list[int] = []

    async def write() -> list[int]:
        await database.write(put("a"), told.append)
        return list(told)

    assert asyncio.run(write()) == [1]


class Tally:
    """A batch that keeps names, refuses some, and notes how it was used."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def store(self, connection: Connection, items: Sequence[str]) -> list[str]:
        self.calls.append(" ".join(items))
        for item in items:
            put(item)(connection)
            if item.startswith("bad"):
                raise ValueError(item)
        return [item.upper() for item in items]

    def committed(self) -> None:
        self.calls.append("committed")

    def forgotten(self) -> None:
        self.calls.append("forgotten")


async def together(database: Database, tally: Tally, items: Sequence[str]) -> list[Any]:
    lane = database.lane(tally)
    return await in_one_group(database, lambda: [lane.write(item) for item in items])


def test_a_batch_is_given_all_items_of_a_group_at_once(database: Database) -> None:
    tally = Tally()

    assert asyncio.run(together(database, tally, ["a", "b", "c"])) == ["A", "B", "C"]
    assert tally.calls[-2:] == ["a b c", "committed"]


def test_an_item_that_cannot_be_stored_fails_alone(database: Database) -> None:
    tally = Tally()

    one, error, two = asyncio.run(together(database, tally, ["a", "bad", "c"]))

    assert (one, two, str(error)) == ("A", "C", "bad")
    assert names(database) == ["a", "c"]
    assert tally.calls[-5:] == ["a bad c", "a", "bad", "c", "committed"]


def test_a_full_disk_undoes_the_group_and_says_so(database: Database) -> None:
    pages = database.write_now(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    database.write_now(lambda c: c.execute(f"PRAGMA max_page_count={pages}").fetchone())
    tally = Tally()

    lane = database.lane(tally)
    jobs = in_one_group(
        database, lambda: [lane.write("a"), database.write(put("b", b"x" * 100_000))]
    )

    said = asyncio.run(jobs)

    assert [type(one) for one in said] == [Full, Full]
    assert "disk is full" in str(said[0])
    assert tally.calls[-1] == "forgotten"
    assert names(database) == []
    database.write_now(lambda c: c.execute("PRAGMA max_page_count=1000000").fetchone())
    assert database.write_now(put("c")) == 1


def test_a_second_writer_is_refused_in_one_line(database: Database) -> None:
    with pytest.raises(Taken) as raised:
        Database.open(database.path)

    assert str(raised.value) == f"{database.path} is in use by another collector"


def test_a_directory_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(NotWritable) as raised:
        Database.open(tmp_path / "nowhere" / "farmwatch.db")

    assert str(raised.value) == f"{tmp_path}/nowhere cannot be written: No such file or directory"


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "farmwatch.db"
    path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(Broken, match="file is not a database"):
        Database.open(path)


def test_closing_lets_go_and_keeps_all(tmp_path: Path) -> None:
    path = tmp_path / "farmwatch.db"
    first = Database.open(path)
    first.write_now(put("a"))
    first.close()
    with pytest.raises(Closed):
        first.write_now(put("b"))

    second = Database.open(path)
    assert names(second) == ["a"]
    second.close()
    assert not path.with_name("farmwatch.db-wal").exists()


def test_only_the_collector_may_read_its_file(database: Database) -> None:
    assert database.path.stat().st_mode & 0o777 == 0o600
