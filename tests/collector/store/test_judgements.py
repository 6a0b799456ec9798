"""What the judge writes, and reads again."""

from collector.store import judgements
from collector.store.judgements import Change, Entry, NewClaim, NewFinding, NewVerdict, Standing
from tests.collector.farm import OK, VNC, Farm

ENTRY = Entry(7, 1000, "report", 1)
NAME = ("d", "a")


def change(document: bytes, *, ended: bool = False, due: int | None = None) -> Change:
    return Change(
        ENTRY,
        1,
        ended=[NAME] if ended else [],
        begun=[NewClaim(NAME, "mechanism", "tool", "B", document)],
        verdict=NewVerdict("observe", "driven", document),
        findings=[NewFinding(1, "entered", "review", document)],
        due=due,
    )


def test_what_is_written_is_how_the_host_stands() -> None:
    farm = Farm()
    judgements.apply(farm.connection, [change(b"{}", due=5)], 7)
    assert judgements.standing(farm.connection, 1) == Standing({NAME: b"{}"}, b"{}", 5)
    assert judgements.judged_to(farm.connection) == 7


def test_one_job_may_change_a_host_twice_and_the_last_stands() -> None:
    farm = Farm()
    judgements.apply(farm.connection, [change(b"1"), change(b"2", ended=True)], 7)
    assert judgements.standing(farm.connection, 1) == Standing({NAME: b"2"}, b"2", None)
    ended = farm.connection.execute(
        "SELECT document, until, until_at FROM claim WHERE until IS NOT NULL"
    ).fetchall()
    assert ended == [(b"1", 7, 1000)]


def test_a_due_of_zero_takes_it_away_and_none_leaves_it() -> None:
    farm = Farm()
    judgements.apply(farm.connection, [Change(ENTRY, 1, due=5), Change(ENTRY, 2, due=6)], None)
    judgements.apply(farm.connection, [Change(ENTRY, 1, due=0), Change(ENTRY, 2)], None)
    assert judgements.due_hosts(farm.connection, 10, 10) == [2]


def test_hosts_are_due_in_the_order_of_their_times() -> None:
    farm = Farm()
    changes = [Change(ENTRY, host, due=due) for host, due in ((1, 9), (2, 3), (3, 3), (4, 11))]
    judgements.apply(farm.connection, changes, None)
    assert judgements.due_hosts(farm.connection, 10, 10) == [2, 3, 1]
    assert judgements.due_hosts(farm.connection, 10, 2) == [2, 3]


def test_only_rows_of_the_asked_kinds_come_and_what_an_entry_itself_changed() -> None:
    farm = Farm()
    farm.enrol(1)
    first = farm.report(1, OK, VNC)
    second = farm.report(1, ended=(VNC,))
    third = farm.report(1, VNC)
    rows = judgements.Rows(["sensor.outcome"])
    read = farm.connection
    assert [row[0] for row in rows.open(read, 1, first)] == [1]
    assert [row[0] for row in rows.open(read, 1, third)] == [1, 3]
    assert [row[0] for row in rows.ended(read, 1, second)] == [2]
    assert [row[0] for row in rows.ended(read, 1, third)] == []


def test_findings_are_counted_by_cause_and_level_from_a_moment_on() -> None:
    farm = Farm()
    judgements.apply(farm.connection, [change(b"1"), change(b"2", ended=True)], None)
    assert judgements.told_since(farm.connection, 1000) == {("entered", "review"): 2}
    assert judgements.told_since(farm.connection, 1001) == {}
