"""The database: one thread writes, in groups; readers only read.

    StoreFault
      Taken         another process has this database (the operator's)
      NotWritable   the directory or the file cannot be written (the operator's)
      Full          the disk is full (the operator's)
      Broken        SQLite failed in another way (ours, or the disk's)
      Closed        the database was closed before the job ran

What waits in the queue is written in one transaction, with one fsync for all of it, and only then
is anybody told. So the more there is to do, the less each of it costs. Group size follows from
load alone: while one group is on its way to the disk, the next one gathers.

Below SQLite 3.51.3 two connections that checkpoint at once can lose pages (the WAL-reset bug,
sqlite.org/wal.html#walresetbug), hence one process, held by a lock, and one connection that both
writes and checkpoints.
"""

import asyncio
import fcntl
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future as Waiting
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from collector.store import migrations

Connection = sqlite3.Connection
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)

GROUP = 256
CHECKPOINT_ROWS = 8_192
IDLE_S = 1.0
WAL_LIMIT = 64 * 1024 * 1024
STATEMENTS = 512


class StoreFault(Exception):
    """The store could not do what it was asked."""


class Taken(StoreFault):
    """Another process has this database."""


class NotWritable(StoreFault):
    """The directory or the file cannot be written."""


class Full(StoreFault):
    """The disk is full."""


class Broken(StoreFault):
    """SQLite failed in another way."""


class Closed(StoreFault):
    """The database was closed before the job ran."""


class Batch(Protocol[Item_contra, Result_co]):
    """Work that is done for all of a group's items at once, after the group's other jobs.

    `store` either stores all items or raises; then it is asked again with each item alone.
    `committed` and `forgotten` say how the group ended. All three run in the writing thread.
    """

    def store(self, connection: Connection, items: Sequence[Item_contra]) -> Sequence[Result_co]:
        """Writes the items; what it returns is told to each one's awaiter after the commit."""

    def committed(self) -> None:
        """All that `store` wrote since the last call is on the disk."""

    def forgotten(self) -> None:
        """All that `store` wrote since the last call was rolled back."""


@dataclass(slots=True)
class _Entry:
    work: Callable[[Connection], Any] | None
    batch: Any
    item: Any
    then: Callable[[Any], None] | None
    waiting: "asyncio.Future[Any] | Waiting[Any]"
    result: Any = None
    error: BaseException | None = None


class Lane(Generic[Item, Result]):
    """The way to the writing thread for the items of one batch."""

    def __init__(self, database: "Database", batch: Batch[Item, Result]) -> None:
        self._database = database
        self._batch = batch

    def write(self, item: Item) -> "asyncio.Future[Result]":
        """Resolves when the item is on the disk."""
        waiting: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._database.put(_Entry(None, self._batch, item, None, waiting))
        return waiting


class Database:
    """One SQLite file, its writing thread and its readers; made by `open`."""

    def __init__(self, path: Path, connection: Connection, lock: int) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._readers: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._checkpointed = connection.total_changes
        self._closed = False
        self.groups = 0
        self.written = 0
        self.rate = 0.0  # entries a second while there was work, a moving mean
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Opens the file, makes and migrates it where needed; the directory must exist."""
        lock = _lock(path)
        try:
            connection = _writer(path)
            migrations.upgrade(connection)
        except sqlite3.Error as error:
            os.close(lock)
            raise _fault(error, path) from error
        except BaseException:
            os.close(lock)
            raise
        return cls(path, connection, lock)

    @property
    def depth(self) -> int:
        """How many jobs wait."""
        return self._queue.qsize()

    @property
    def healthy(self) -> bool:
        """Whether the writing thread runs."""
        return self._thread.is_alive()

    def write(
        self, job: Callable[[Connection], T], then: Callable[[T], None] | None = None
    ) -> "asyncio.Future[T]":
        """Runs the job in the writing thread; resolves when what it wrote is on the disk.

        A job that raises is rolled back alone, and its awaiter gets the error. `then` is called
        with the result in the writing thread, after the commit and before anybody is told.
        """
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.put(_Entry(job, None, None, then, waiting))
        return waiting

    def write_now(
        self, job: Callable[[Connection], T], then: Callable[[T], None] | None = None
    ) -> T:
        """As `write`, for those who have no event loop: blocks until it is on the disk."""
        waiting: Waiting[T] = Waiting()
        self.put(_Entry(job, None, None, then, waiting))
        return waiting.result()

    def lane(self, batch: Batch[Item, Result]) -> Lane[Item, Result]:
        """A lane for the items of one batch."""
        return Lane(self, batch)

    def put(self, entry: _Entry) -> None:
        """Puts an entry in the queue."""
        if self._closed:
            raise Closed("the database is closed")
        self._queue.put(entry)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, with one consistent view; keep it under two seconds."""
        try:
            connection = self._readers.get_nowait()
        except queue.Empty:
            connection = _reader(self.path)
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()
            if self._closed:
                connection.close()
            else:
                self._readers.put(connection)

    def close(self) -> None:
        """Writes what waits, checkpoints, and lets go of the file."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        with suppress(queue.Empty):
            while True:
                self._readers.get_nowait().close()
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        os.close(self._lock)

    def _run(self) -> None:
        try:
            while self._group():
                pass
        finally:
            self._closed = True
            self._drain()

    def _group(self) -> bool:
        try:
            first = self._queue.get(timeout=IDLE_S)
        except queue.Empty:
            self._checkpoint(1)
            return True
        if first is None:
            return False
        entries, going = self._waiting(first)
        self._commit(entries)
        self._checkpoint(CHECKPOINT_ROWS)
        return going

    def _drain(self) -> None:
        left: list[_Entry] = []
        with suppress(queue.Empty):
            while True:
                entry = self._queue.get_nowait()
                if entry is not None:
                    entry.error = Closed("the database is closed")
                    left.append(entry)
        _tell(left)

    def _waiting(self, first: _Entry) -> tuple[list[_Entry], bool]:
        entries = [first]
        with suppress(queue.Empty):
            while len(entries) < GROUP:
                entry = self._queue.get_nowait()
                if entry is None:
                    return entries, False
                entries.append(entry)
        return entries, True

    def _commit(self, entries: list[_Entry]) -> None:
        started = time.perf_counter()
        lanes: dict[int, list[_Entry]] = {}
        for entry in entries:
            if entry.batch is not None:
                lanes.setdefault(id(entry.batch), []).append(entry)
        try:
            self._write(entries, list(lanes.values()))
        except sqlite3.Error as error:
            self._undo(entries, lanes, _fault(error, self.path))
        else:
            _settle(entries, lanes)
        _tell(entries)
        took = max(time.perf_counter() - started, 1e-6)
        self.groups += 1
        self.written += len(entries)
        self.rate += 0.1 * (len(entries) / took - self.rate)

    def _write(self, entries: list[_Entry], lanes: list[list[_Entry]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for entry in entries:
            if entry.batch is None:
                self._job(entry)
        for lane in lanes:
            self._batch(lane)
        self._connection.execute("COMMIT")

    def _job(self, entry: _Entry) -> None:
        connection = self._connection
        assert entry.work is not None
        connection.execute("SAVEPOINT job")
        try:
            entry.result = entry.work(connection)
        except Exception as error:
            if _fatal(error):
                raise
            connection.execute("ROLLBACK TO job")
            entry.error = error
        connection.execute("RELEASE job")

    def _batch(self, lane: list[_Entry]) -> None:
        connection, batch = self._connection, lane[0].batch
        connection.execute("SAVEPOINT job")
        try:
            results = batch.store(connection, [entry.item for entry in lane])
        except Exception as error:
            if _fatal(error):
                raise
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
            if len(lane) == 1:
                lane[0].error = error
                return
            for entry in lane:
                self._batch([entry])
            return
        connection.execute("RELEASE job")
        for entry, result in zip(lane, results, strict=True):
            entry.result = result

    def _undo(
        self, entries: list[_Entry], lanes: dict[int, list[_Entry]], fault: StoreFault
    ) -> None:
        with suppress(sqlite3.Error):
            self._connection.rollback()
        for lane in lanes.values():
            lane[0].batch.forgotten()
        for entry in entries:
            entry.error = fault

    def _checkpoint(self, rows: int) -> None:
        changes = self._connection.total_changes
        if changes - self._checkpointed < rows:
            return
        self._checkpointed = changes
        with suppress(sqlite3.Error):  # a full disk is told to the next job, not to nobody
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def _settle(entries: list[_Entry], lanes: dict[int, list[_Entry]]) -> None:
    for lane in lanes.values():
        lane[0].batch.committed()
    for entry in entries:
        if entry.then is not None and entry.error is None:
            entry.then(entry.result)


def _tell(entries: list[_Entry]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Entry]] = {}
    for entry in entries:
        waiting = entry.waiting
        if isinstance(waiting, Waiting):
            _resolve(entry)
        else:
            loops.setdefault(waiting.get_loop(), []).append(entry)
    for loop, those in loops.items():
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(_resolve_all, those)


def _resolve_all(entries: list[_Entry]) -> None:
    for entry in entries:
        _resolve(entry)


def _resolve(entry: _Entry) -> None:
    if entry.waiting.cancelled():
        return
    if entry.error is not None:
        entry.waiting.set_exception(entry.error)
    else:
        entry.waiting.set_result(entry.result)


def _lock(path: Path) -> int:
    beside = path.with_name(path.name + ".lock")
    try:
        lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NotWritable(f"{beside.parent} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise Taken(f"{path} is in use by another collector") from error
    return lock


def _writer(path: Path) -> Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
    )
    path.chmod(0o600)
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # takes effect on a new file only
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute(f"PRAGMA journal_size_limit={WAL_LIMIT}")
    connection.execute("PRAGMA foreign_keys=OFF")  # bodies are purged by the store itself
    connection.execute("PRAGMA cache_size=-32768")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _reader(path: Path) -> Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
    )
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


FATAL = {
    sqlite3.SQLITE_FULL: Full,
    sqlite3.SQLITE_IOERR: Broken,
    sqlite3.SQLITE_CORRUPT: Broken,
    sqlite3.SQLITE_NOTADB: Broken,
    sqlite3.SQLITE_READONLY: NotWritable,
    sqlite3.SQLITE_CANTOPEN: NotWritable,
    sqlite3.SQLITE_PERM: NotWritable,
    sqlite3.SQLITE_NOMEM: Broken,
}
"""Faults of the whole database, by SQLite's primary code: no job of the group can go on."""


def _primary(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _fatal(error: BaseException) -> bool:
    return _primary(error) in FATAL


def _fault(error: sqlite3.Error, path: Path) -> StoreFault:
    return FATAL.get(_primary(error), Broken)(f"{path}: {error}")
