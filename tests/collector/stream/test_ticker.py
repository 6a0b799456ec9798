"""The ticker: a tick a minute, and silence only while others report."""

import asyncio
from datetime import datetime, timedelta
from itertools import count

from collector.stream import InlineStore
from collector.stream.ticker import Rhythm, Ticker
from tests.collector.farm import START, Farm


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def site(*seen: datetime) -> tuple[Farm, Clock, Ticker]:
    farm, clock, bodies = Farm(), Clock(), count(1)
    for host, at in enumerate(seen, start=1):
        farm.enrol(host)
        hear(farm, host, at)
    ticker = Ticker(
        InlineStore(farm.connection), clock, lambda _: next(bodies), lambda: None, Rhythm(slice=2)
    )
    return farm, clock, ticker


def hear(farm: Farm, host: int, at: datetime) -> None:
    farm.connection.execute(
        "INSERT OR REPLACE INTO host_hot (n, seen) VALUES (?, ?)",
        (host, int(at.timestamp() * 1000)),
    )


def run(ticker: Ticker, times: int = 1) -> None:
    for _ in range(times):
        asyncio.run(ticker.tick())


def journal(farm: Farm) -> list[tuple[str, int | None]]:
    found = farm.connection.execute(
        "SELECT cause, host FROM journal WHERE cause != 'enrolment' ORDER BY n"
    )
    return found.fetchall()


def test_a_tick_is_an_entry_of_the_journal() -> None:
    farm, _clock, ticker = site()
    run(ticker, 2)
    assert journal(farm) == [("tick", None), ("tick", None)]


def test_a_host_unheard_for_three_days_is_silent_while_another_reports() -> None:
    farm, clock, ticker = site(START, START)
    clock.at += timedelta(days=3, minutes=1)
    hear(farm, 2, clock.at)
    run(ticker)
    assert journal(farm) == [("silence", 1), ("tick", None)]
    rows = farm.connection.execute(
        "SELECT host, body.kind, content, until FROM interval JOIN body ON body.id = body"
    ).fetchall()
    content = b'{"kind":"report.silence","since":"2026-11-24T10:00Z"}'
    assert rows == [(1, "report.silence", content, None)]


def test_silence_is_said_once() -> None:
    farm, clock, ticker = site(START, START)
    clock.at += timedelta(days=3, minutes=1)
    hear(farm, 2, clock.at)
    run(ticker, 3)
    assert [cause for cause, _host in journal(farm)] == ["silence", "tick", "tick", "tick"]


def test_nobody_is_silent_while_nobody_reports() -> None:
    farm, clock, ticker = site(START, START)
    clock.at += timedelta(days=4)
    run(ticker)
    assert journal(farm) == [("tick", None)]


def test_a_collector_that_was_away_waits_before_it_calls_anybody_silent() -> None:
    long_ago = START - timedelta(days=9)
    farm, clock, ticker = site(long_ago, START)
    run(ticker)
    assert journal(farm) == [("tick", None)]
    clock.at += timedelta(hours=1)
    hear(farm, 2, clock.at)
    run(ticker)
    assert journal(farm) == [("tick", None), ("silence", 1), ("tick", None)]


def test_hosts_are_looked_at_slice_after_slice_and_from_the_first_again() -> None:
    long_ago = START - timedelta(days=9)
    farm, clock, ticker = site(START, START, long_ago, START, long_ago)
    clock.at += timedelta(hours=1)
    hear(farm, 1, clock.at)
    run(ticker, 3)
    hear(farm, 2, long_ago)
    run(ticker)
    assert journal(farm) == [
        ("tick", None), ("silence", 3), ("tick", None), ("silence", 5), ("tick", None),
        ("silence", 2), ("tick", None),
    ]  # fmt: skip


def test_a_host_that_never_reported_and_a_revoked_one_are_not_silent() -> None:
    farm, clock, ticker = site(START, START - timedelta(days=9))
    farm.connection.execute("UPDATE host SET revoked_at = 1 WHERE n = 2")
    farm.enrol(3)
    farm.connection.execute("INSERT INTO host_hot (n) VALUES (3)")
    clock.at += timedelta(hours=1)
    hear(farm, 1, clock.at)
    run(ticker, 2)
    assert journal(farm) == [("tick", None), ("tick", None)]
