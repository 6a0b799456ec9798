"""The collector under load on one core: unchanged, changed and first reports, and the bare peer.

Everything is signed before the run. The server has one core to itself and the sender another. A
rate is measured in a closed loop and counts until the judge has caught up with the journal, so
that what is put off is paid for too; the p99 is measured in an open loop at the budget's pace, or
at nine tenths of the rate where that is less.
"""

import asyncio
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from collector.store.database import Database
from collector.store.hosts import add_host
from lab.fleet import change, furnish
from lab.laptops import Laptop
from lab.load import Figures, closed, paced, request

DATABASE = "farmwatch.sqlite"
KEYS = "hosts.keys"
CONNECTIONS = 256
RUNS = 3
SERVER_CORE = 0
STARTS_S = 30.0
JUDGED_S = 120.0

Command = Callable[[int, Path], Sequence[str]]
"""The command of a server, from its port and its data directory."""
Make = Callable[[Laptop, Random], bytes]
"""Makes a laptop's next report."""


@dataclass(frozen=True)
class Kind:
    """One kind of load: so many hosts, first prepared by one report each unless `cold`.

    each: reports of each host in the closed loop; as many again follow in the open one.
    """

    name: str
    budget: int
    hosts: int
    each: int
    make: Make
    prepare: Make | None = None


@dataclass(frozen=True)
class Measured:
    """All runs of one kind: in a closed loop, and at a pace."""

    name: str
    budget: int
    runs: tuple[Figures, ...]
    at_pace: tuple[Figures, ...]

    @property
    def rate(self) -> float:
        """The median rate."""
        return median(run.rate for run in self.runs)

    @property
    def p99_ms(self) -> float:
        """The median p99 at the pace."""
        return median(run.p99_ms for run in self.at_pace)

    @property
    def void(self) -> bool:
        """Whether a run measured the sender instead of the server."""
        return any(run.void for run in self.at_pace)

    def lines(self) -> tuple[str, ...]:
        """The figures, one line for the rate and one for the p99, all runs shown."""
        rates = ", ".join(f"{run.rate:,.0f}" for run in self.runs)
        p99s = ", ".join(f"{run.p99_ms:.0f}" for run in self.at_pace)
        lag = max(run.lag_p99_ms for run in self.at_pace)
        void = " VOID: the sender was late" if self.void else ""
        at_pace = (
            f"{self.name}: p99 {self.p99_ms:.0f} ms at {self.at_pace[0].rate:,.0f}/s "
            f"(runs {p99s}; send lag p99 at most {lag:.1f} ms){void}"
        )
        return (
            f"{self.name}: {self.rate:,.0f}/s (budget {self.budget:,}/s; runs {rates})",
            at_pace,
        )


def _small(laptop: Laptop, random: Random) -> bytes:
    change(laptop, random)
    return laptop.line(laptop.report(int(time.time()), full=True))


def _first(laptop: Laptop, random: Random) -> bytes:
    furnish(laptop, random)
    return laptop.line(laptop.report(int(time.time()), full=True))


def _changed(laptop: Laptop, random: Random) -> bytes:
    change(laptop, random)
    return laptop.line(laptop.report(int(time.time()), ["usb"]))


def _unchanged(laptop: Laptop, random: Random) -> bytes:
    del random
    return laptop.line(laptop.report(int(time.time())))


UNCHANGED = Kind("unchanged reports", 5_000, 2_000, 15, _unchanged, _small)
CHANGED = Kind("changed reports", 1_500, 500, 12, _changed, _first)
FIRST = Kind("first reports", 600, 2_400, 1, _first)


def ingest_alone(port: int, data: Path) -> Sequence[str]:
    """Ingest on uvicorn with nothing beside it."""
    return (sys.executable, "-m", "lab.bench.serve", str(port), str(data))


def whole(port: int, data: Path) -> Sequence[str]:
    """The collector as it is shipped, with its judge, pages and questions."""
    return (
        sys.executable, "-m", "collector.main", "serve",
        "--data", str(data), "--listen", f"127.0.0.1:{port}",
    )  # fmt: skip


def bare(port: int, data: Path) -> Sequence[str]:
    """The bare peer."""
    return (sys.executable, "-m", "lab.bare", str(port), str(data / KEYS), str(data / "bare.db"))


def measure(kind: Kind, command: Command, runs: int = RUNS) -> Measured:
    """Runs one kind of load so often, each time on a new server with new data."""
    _take_cores()
    pairs = [uvloop.run(_run(kind, command, seed)) for seed in range(runs)]
    return Measured(
        kind.name, kind.budget, tuple(one for one, _ in pairs), tuple(two for _, two in pairs)
    )


async def _run(kind: Kind, command: Command, seed: int) -> tuple[Figures, Figures]:
    random = Random(seed)  # noqa: S311 -- the same load in every run
    there = kind.hosts * (1 if kind.prepare or kind.each > 1 else 2)
    laptops = [Laptop.seeded(seed * 1_000_000 + n, n) for n in range(1, there + 1)]
    with TemporaryDirectory() as folder:
        data = Path(folder)
        _enrol(data, laptops)
        port = _free()
        async with _serving(command(port, data), port):
            if kind.prepare is not None:
                await closed(port, _lanes(laptops, kind.prepare, 1, random))
                await _judged(data)
            fast, slow = _halves(kind, laptops, random)
            began = time.perf_counter()
            taken = await closed(port, fast)
            await _judged(data)
            taken = replace(taken, seconds=time.perf_counter() - began)
            pace = min(kind.budget, 0.9 * taken.rate)
            return taken, await paced(port, slow, pace)


def _halves(
    kind: Kind, laptops: list[Laptop], random: Random
) -> tuple[list[list[bytes]], list[list[bytes]]]:
    if len(laptops) > kind.hosts:  # a laptop has but one first report
        one, two = laptops[: kind.hosts], laptops[kind.hosts :]
    else:
        one = two = laptops
    fast = _lanes(one, kind.make, kind.each, random)
    return fast, _lanes(two, kind.make, kind.each, random)


def _lanes(laptops: Sequence[Laptop], make: Make, each: int, random: Random) -> list[list[bytes]]:
    now = time.time()
    return [
        [
            request(make(laptop, random), now)
            for _ in range(each)
            for laptop in laptops[lane::CONNECTIONS]
        ]
        for lane in range(min(CONNECTIONS, len(laptops)))
    ]


def _enrol(data: Path, laptops: Sequence[Laptop]) -> None:
    database = Database.open(data / DATABASE)
    database.write_now(
        lambda connection: [
            add_host(connection, f"{laptop.n:032x}", laptop.public_key, 0) for laptop in laptops
        ]
    )
    database.close()
    (data / KEYS).write_bytes(b"".join(laptop.public_key for laptop in laptops))


async def _judged(data: Path) -> None:
    """Waits until the judge has read the whole journal, if there is a judge."""
    until = time.perf_counter() + JUDGED_S
    connection = sqlite3.connect(data / DATABASE)
    try:
        while time.perf_counter() < until:
            cursor = connection.execute("SELECT n FROM cursor WHERE reader = 'judge'").fetchone()
            (last,) = connection.execute("SELECT max(n) FROM journal").fetchone()
            if cursor is None or cursor[0] >= (last or 0):
                return
            await asyncio.sleep(0.02)
    finally:
        connection.close()
    raise TimeoutError("the judge did not catch up")


@asynccontextmanager
async def _serving(command: Sequence[str], port: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(*command)
    try:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {SERVER_CORE})
        await _answers(port)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(port: int) -> None:
    until = time.perf_counter() + STARTS_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.perf_counter() > until:
                raise
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _take_cores() -> None:
    if hasattr(os, "sched_setaffinity"):
        others = set(range(os.cpu_count() or 1)) - {SERVER_CORE}
        if others:
            os.sched_setaffinity(0, others)


def _free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
