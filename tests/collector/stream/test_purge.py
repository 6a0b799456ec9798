"""The daily purge: what has ended goes after its days, what is in force stays."""

import asyncio
from datetime import timedelta

import pytest

from collector.detectors import detectors
from collector.policy import Policy
from collector.store import retention
from collector.store.retention import Counts, Hosts
from collector.stream import InlineStore
from collector.stream.judge import Judge
from collector.stream.judging import Panel
from collector.stream.purge import Purge
from tests.collector.farm import OK, PIKVM, SESSION, VNC, Farm


def purge(farm: Farm, limit: int = 2, hosts: int = 1) -> Counts:
    store = InlineStore(farm.connection)
    return asyncio.run(Purge(store, lambda: farm.at, limit=limit, hosts=hosts).once())


def judge(farm: Farm) -> None:
    asyncio.run(Judge(InlineStore(farm.connection), Panel(detectors())).catch_up())


def count(farm: Farm, table: str) -> int:
    return int(farm.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def story() -> Farm:
    """A host with a KVM in force, and a tool and its session that are gone; another host."""
    farm = Farm()
    farm.enrol(1)
    farm.enrol(2)
    farm.report(1, OK, PIKVM)
    farm.report(1, VNC, SESSION)
    farm.report(1, ended=(VNC, SESSION))
    farm.report(2, OK)
    judge(farm)
    return farm


def test_nothing_goes_before_its_days() -> None:
    farm = story()
    farm.later(days=29)
    assert purge(farm) == Counts()


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_rows_go_after_thirty_days_with_their_bodies_and_reports(limit: int) -> None:
    farm = story()
    farm.later(days=30, seconds=1)
    # Entries 1, 2 (enrolments), 4 and 5 brought nothing that is left; 3 and 6 began what is.
    assert purge(farm, limit) == Counts(rows=2, bodies=2, journal=4)
    assert farm.connection.execute("SELECT n FROM journal ORDER BY n").fetchall() == [(3,), (6,)]
    assert count(farm, "interval") == 3
    assert count(farm, "body") == 2  # the two hosts' equal outcomes are one


def test_claims_and_verdicts_go_after_ninety_days_and_findings_after_a_year() -> None:
    farm = story()
    farm.later(days=90, seconds=1)
    counts = purge(farm)
    assert (counts.claims, counts.verdicts, counts.findings) == (3, 4, 0)
    assert (count(farm, "claim"), count(farm, "verdict")) == (1, 2)
    farm.later(days=275)
    assert purge(farm) == Counts(findings=1)


def test_an_entry_that_is_not_judged_yet_stays() -> None:
    farm = story()
    farm.report(2, SESSION)
    farm.report(2, ended=(SESSION,))
    farm.later(days=31)
    purge(farm)
    left = farm.connection.execute("SELECT n FROM journal ORDER BY n").fetchall()
    assert left == [(3,), (6,), (7,), (8,)]


def test_the_days_are_policys() -> None:
    farm = story()
    farm.policy("retention_days: {rows: 10, claims: 11, findings: 12}")
    judge(farm)
    farm.later(days=12, seconds=1)
    counts = purge(farm)
    assert (counts.rows, counts.claims, counts.findings) == (2, 3, 1)


def test_gauges_questions_and_quarantine_go_with_the_rows() -> None:
    farm = story()
    day, at = farm.at.date().isoformat(), int(farm.at.timestamp() * 1000)
    execute = farm.connection.execute
    execute("INSERT INTO gauge VALUES (1, 'rss_bytes', ?, 1, 1, 1, 1)", (day,))
    execute("INSERT INTO question VALUES ('q', ?, 'b', 'admin', 'usb', '', ?)", (at, at))
    execute("INSERT INTO asked (question, host) VALUES ('q', 1)")
    execute("INSERT INTO quarantine VALUES (1, ?, 1, 'e', 1, 'd', x'00')", (at,))
    farm.later(days=30)
    assert purge(farm) == Counts()
    farm.later(days=1)
    assert purge(farm) == Counts(rows=2, bodies=2, journal=4, gauges=1, questions=1, quarantine=1)
    assert count(farm, "asked") == 0


def test_a_body_that_comes_back_into_use_during_the_sweep_stays() -> None:
    farm = story()
    farm.later(days=31)
    retention.purge(farm.connection, farm.at, Policy(), 100, Hosts())
    marks = retention.Marks(farm.connection, 1)
    while marks.mark(farm.connection, 1):
        pass
    farm.report(2, VNC)
    passed = marks.drop(farm.connection, 0, 100)
    assert passed is not None
    left = farm.connection.execute("SELECT kind FROM body ORDER BY kind").fetchall()
    # Of the two that were gone, the session goes and the tool is in use again.
    assert (passed.deleted, [kind for (kind,) in left]) == (
        1, ["remote_tool.present", "sensor.outcome", "usb.device"],
    )  # fmt: skip


def test_a_purge_of_an_empty_store_deletes_nothing() -> None:
    assert purge(Farm()) == Counts()


def test_the_store_shrinks_to_what_is_left_after_every_row_has_ended() -> None:
    farm = story()
    farm.report(1, ended=(OK, PIKVM))
    farm.report(2, ended=(OK,))
    judge(farm)
    farm.at += timedelta(days=400)
    purge(farm)
    tables = ("interval", "body", "journal", "finding")
    assert [count(farm, table) for table in tables] == [0, 0, 0, 0]
