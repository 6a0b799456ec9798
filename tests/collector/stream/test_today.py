"""What of the day bears on findings."""

from datetime import timedelta

from collector.policy import Policy
from collector.store import judgements
from collector.store.judgements import Change, Entry, NewFinding
from collector.store.times import millis
from collector.stream.today import Today
from collector.verdicts.findings import Cause, Day, Finding
from collector.verdicts.verdict import Level
from tests.collector.farm import START, Farm


def finding(cause: Cause, level: Level) -> Finding:
    return Finding(cause=cause, level=level, before="clear", kind="", why="", says="", claims=())


def tell(farm: Farm, cause: str, level: str) -> None:
    entry = Entry(1, millis(farm.at), "report", 1)
    told = NewFinding(1, cause, level, b"{}")
    judgements.apply(farm.connection, [Change(entry, 1, findings=[told])], None)


def test_new_reviews_of_today_are_counted_and_nothing_else() -> None:
    farm = Farm()
    tell(farm, "entered", "review")
    farm.later(days=1)
    for cause, level in (("entered", "review"), ("entered", "high"), ("left", "clear")):
        tell(farm, cause, level)
    today = Today()
    assert today.day(farm.connection, farm.at, Policy()).reviews == 1
    today.add(finding("entered", "review"))
    today.add(finding("raised", "high"))
    today.add(finding("surplus", "review"))
    assert today.day(farm.connection, farm.at, Policy()) == Day(2, 5, surplus=True, baseline=False)
    today.forget()
    assert today.day(farm.connection, farm.at, Policy()) == Day(1, 5, surplus=False, baseline=False)


def test_a_new_day_begins_at_midnight_in_policys_zone() -> None:
    farm, today = Farm(), Today()
    tell(farm, "entered", "review")
    policy = Policy(timezone="Asia/Tokyo")
    moments = [START + timedelta(hours=hours) for hours in (4, 5)]  # 23:00 and 00:00 in Tokyo
    assert [today.day(farm.connection, at, policy).reviews for at in moments] == [1, 0]


def test_the_cap_grows_with_the_hosts_that_were_there_when_the_day_began() -> None:
    farm = Farm()
    farm.later(days=-1)
    for host in range(1, 701):
        farm.enrol(host)
    farm.later(days=1)
    farm.enrol(701)
    assert Today().day(farm.connection, farm.at, Policy()).cap == 7


def test_the_baseline_counts_from_the_first_enrolment() -> None:
    farm, today = Farm(), Today()
    farm.enrol(1)
    days = [farm.at + timedelta(days=days) for days in (0, 13, 14)]
    assert [today.day(farm.connection, at, Policy()).baseline for at in days] == [
        True, True, False,
    ]  # fmt: skip
