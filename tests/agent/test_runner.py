from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from agent.disk import Unwritable
from agent.sensors import Sensed
from agent.transport import Response
from tests.agent.fake_collector import problem
from tests.agent.laptop import Laptop, Plug, signed_policy
from wire.policy import AgentPolicy
from wire.question import Question
from wire.report import Report

WEEK = 7 * 86_400


@pytest.fixture
def laptop() -> Laptop:
    laptop = Laptop()
    laptop.start()
    return laptop


def said_by(reports: list[Report]) -> list[tuple[int, bool, list[bytes]]]:
    """Number, whether full, and the rows of the tiny sensor."""
    return [
        (
            report.seq,
            report.full,
            [bytes(row) for o in report.outcomes if o.sensor == "plugs" for row in o.rows],
        )
        for report in reports
    ]


def row(value: int) -> bytes:
    return b'{"kind":"test.plug","value":%d}' % value


def test_the_first_contact_is_at_once_and_full(laptop: Laptop) -> None:
    laptop.runner.step()
    assert said_by(laptop.collector.taken) == [(1, True, [row(1)])]


def test_an_unchanged_machine_reports_every_next_report_s(laptop: Laptop) -> None:
    laptop.pass_time(1_000)
    assert [report.seq for report in laptop.collector.taken] == [1, 2, 3, 4]
    assert [report.at for report in laptop.collector.taken] == [
        1795510800 + seconds for seconds in (0, 300, 600, 900)
    ]
    assert not any(report.changed for report in laptop.collector.taken[1:])


def test_a_change_is_reported_two_seconds_after_it_was_seen(laptop: Laptop) -> None:
    laptop.pass_time(30)
    laptop.plugs = [1, 2]
    laptop.pass_time(33)
    assert said_by(laptop.collector.taken)[1:] == [(2, False, [row(1), row(2)])]
    assert laptop.collector.taken[1].at - laptop.collector.taken[0].at == 62


def test_a_change_that_is_undone_before_it_is_reported_is_no_report(laptop: Laptop) -> None:
    laptop.collector.policy = "quick"
    laptop.collector.policies["quick"] = signed_policy(AgentPolicy(sense_s=1))
    laptop.pass_time(30)
    taken = len(laptop.collector.taken)
    laptop.plugs = [9]
    laptop.pass_time(1)
    laptop.plugs = [1]
    laptop.pass_time(30)
    assert len(laptop.collector.taken) == taken


def test_after_a_burst_of_three_there_is_one_changed_report_in_15_seconds(laptop: Laptop) -> None:
    laptop.collector.policy = "quick"
    laptop.collector.policies["quick"] = signed_policy(AgentPolicy(sense_s=1))
    laptop.pass_time(60)
    taken = len(laptop.collector.taken)
    values = iter(range(100, 10_000))

    def restless() -> Iterator[Sensed]:
        yield Plug(value=next(values))

    laptop.sense = restless
    laptop.pass_time(100)
    changes = [report.at for report in laptop.collector.taken[taken:]]
    assert [later - earlier for earlier, later in pairwise(changes)] == [3, 3] + [15] * 6


@pytest.mark.parametrize("away_s", [3_600, WEEK], ids=["an hour", "a week"])
def test_an_outage_spools_change_only_and_then_one_call_delivers_it_in_order(
    laptop: Laptop, away_s: float
) -> None:
    laptop.runner.step()
    laptop.collector.away = True
    for day in range(7):
        laptop.pass_time(away_s / 7)
        laptop.plugs = [day + 10]
    laptop.pass_time(60)
    laptop.collector.away = False
    calls = len(laptop.collector.calls)
    laptop.pass_time(900)
    assert laptop.collector.calls[calls] == 8
    assert said_by(laptop.collector.taken)[1:9] == [
        (2, False, []),
        *((day + 3, False, [row(day + 10)]) for day in range(7)),
    ]
    assert (laptop.collector.gaps, laptop.collector.forks) == ([], [])


def test_an_unchanged_report_that_was_not_delivered_is_sent_again_not_multiplied(
    laptop: Laptop,
) -> None:
    laptop.runner.step()
    laptop.collector.lose_replies = 3
    laptop.pass_time(4_000)
    assert [report.seq for report in laptop.collector.taken][:3] == [1, 2, 3]
    assert laptop.collector.calls[:5] == [1, 1, 1, 1, 1]
    assert laptop.collector.forks == []


def test_failures_back_off_with_full_jitter_up_to_15_minutes(laptop: Laptop) -> None:
    laptop.collector.away = True
    laptop.pass_time(5_000)
    assert laptop.drawn == [
        (30, 60), (30, 120), (30, 240), (30, 480), (30, 900), (30, 900), (30, 900),
        (30, 900), (30, 900),
    ]  # fmt: skip
    assert laptop.said.count("http://collector: connection refused") == 1


def test_a_busy_collector_is_left_alone_for_as_long_as_it_says(laptop: Laptop) -> None:
    laptop.collector.answers = [Response(503, {"retry-after": "120"})]
    laptop.pass_time(119)
    assert laptop.collector.taken == []
    laptop.pass_time(2)
    assert [report.seq for report in laptop.collector.taken] == [1]


def test_a_restart_goes_on_where_it_was_and_an_unchanged_machine_says_so(laptop: Laptop) -> None:
    laptop.pass_time(100)
    laptop.start()
    laptop.runner.step()
    assert said_by(laptop.collector.taken) == [(1, True, [row(1)]), (2, False, [])]


def test_what_changed_while_the_agent_was_off_is_in_its_first_report(laptop: Laptop) -> None:
    laptop.pass_time(100)
    laptop.plugs = [5]
    laptop.start()
    laptop.runner.step()
    assert said_by(laptop.collector.taken)[1:] == [(2, False, [row(5)])]


def test_a_full_report_follows_when_the_collector_wants_one(laptop: Laptop) -> None:
    laptop.pass_time(100)
    laptop.collector.state = {}
    laptop.pass_time(300)
    assert said_by(laptop.collector.taken) == [
        (1, True, [row(1)]),
        (2, False, []),
        (3, True, [row(1)]),
    ]


def test_a_report_that_is_refused_moves_and_the_next_is_full(laptop: Laptop) -> None:
    laptop.collector.answers = [problem(400, "malformed", seq=1, detail="no", place="$.at")]
    laptop.pass_time(400)
    assert said_by(laptop.collector.taken)[0] == (2, True, [row(1)])
    assert "report 1 moved to refused/: the collector cannot read a report (no at $.at)" in (
        laptop.said
    )
    assert len(laptop.disk.names("refused")) == 1


def test_a_refusal_that_names_no_report_is_found_by_sending_one_alone(laptop: Laptop) -> None:
    laptop.collector.away = True
    laptop.pass_time(10)
    laptop.plugs = [2]
    laptop.pass_time(100)
    laptop.collector.away = False
    laptop.collector.answers = [Response(413), Response(413)]
    laptop.pass_time(900)
    assert [report.seq for report in laptop.collector.taken][:2] == [2, 3]
    assert len(laptop.disk.names("refused")) == 1


def test_a_revoked_host_stops_and_says_so(laptop: Laptop) -> None:
    laptop.collector.answers = [problem(401, "revoked")]
    assert laptop.runner.run(lambda _: False) is False
    assert laptop.said == ["this host was revoked: nothing more is sent (revoked)"]


def test_an_unknown_host_shows_its_receipt_and_goes_on(laptop: Laptop) -> None:
    laptop.collector.keyid = "9.00000000"
    laptop.runner.step()
    assert laptop.readmitted == 1
    assert [report.seq for report in laptop.collector.taken] == [1]


def test_a_host_that_stays_unknown_backs_off(laptop: Laptop) -> None:
    laptop.collector.answers = [problem(401, "unknown-host"), problem(401, "unknown-host")]
    laptop.pass_time(10)
    assert laptop.readmitted == 1
    assert laptop.drawn == [(30, 60)]


def test_after_a_fork_the_agent_takes_the_collectors_numbers(laptop: Laptop) -> None:
    laptop.pass_time(10)
    laptop.collector.seq, laptop.collector.digest = 40, "d" * 22
    laptop.pass_time(301)
    (fork,) = laptop.collector.forks
    assert fork.seq == 2
    last = laptop.collector.taken[-1]
    assert (last.seq, last.prev, last.full, len(last.replaces)) == (41, "d" * 22, True, 1)


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_is_a_day_off_loses_nothing_and_is_told_in_the_date(days: int) -> None:
    laptop = Laptop(skew=timedelta(days=days))
    laptop.start()
    laptop.pass_time(400)
    laptop.skew = timedelta()
    laptop.plugs = [2]
    laptop.pass_time(400)
    assert [report.seq for report in laptop.collector.taken] == [1, 2, 3, 4]
    assert (
        laptop.collector.dates[0]
        == {
            1: "Wed, 25 Nov 2026 09:00:00 GMT",
            -1: "Mon, 23 Nov 2026 09:00:00 GMT",
        }[days]
    )


def test_a_question_is_answered_once_and_then_listed_as_seen(laptop: Laptop) -> None:
    laptop.collector.questions = [Question(id="q1", sensor="plugs", expires_in_s=600)]
    laptop.pass_time(1_000)
    (answer,) = laptop.collector.answered
    assert (answer.question, answer.outcome.ended) == ("q1", "ok")
    assert [bytes(one) for one in answer.outcome.rows] == [row(1)]
    assert [report.questions_seen for report in laptop.collector.taken] == [
        (),
        ("q1",),
        (),
        (),
    ]


def test_a_policy_is_fetched_once_and_changes_how_often_it_looks(laptop: Laptop) -> None:
    laptop.collector.policy = "one"
    laptop.collector.policies["one"] = signed_policy(AgentPolicy(sense_s=5))
    laptop.pass_time(30)
    laptop.plugs = [2]
    laptop.pass_time(8)
    assert said_by(laptop.collector.taken)[-1] == (3, False, [row(2)])
    assert b'"policy":"one"' in bytes(laptop.collector.taken[1].outcomes[0].rows[0])


def test_a_full_disk_stops_sending_is_said_once_and_is_got_over(laptop: Laptop) -> None:
    laptop.runner.run(lambda _: True)
    laptop.disk.full = True
    waits = iter([False] * 20 + [True])

    def wait(seconds: float) -> bool:
        laptop.now += seconds
        return next(waits)

    laptop.plugs = [2]
    laptop.runner.run(wait)
    assert len(laptop.collector.taken) == 1
    assert laptop.said == [
        "cannot keep anything, so nothing is sent: "
        f"{path} cannot be written: no space left on device"
        for path in (f"spool/0001-{'e' * 20}00/{2:016d}.state.new", "spool")
    ]
    laptop.disk.full = False
    waits = iter([False] * 5 + [True])
    laptop.runner.run(wait)
    assert said_by(laptop.collector.taken)[1:] == [(2, False, []), (3, False, [row(2)])]


def test_a_sensor_that_fails_does_not_end_the_agent(laptop: Laptop) -> None:
    def broken() -> Iterator[Sensed]:
        yield Plug(value=1)
        raise KeyError("secret")

    laptop.sense = broken
    laptop.runner.step()
    (outcome,) = [o for o in laptop.collector.taken[0].outcomes if o.sensor == "plugs"]
    assert (outcome.ended, outcome.rows) == ("failed", ())
    assert "secret" not in outcome.why


def test_a_bug_is_said_and_the_agent_goes_on(laptop: Laptop) -> None:
    laptop.collector.answers = [Response(202, {}, b'{"accepted":1}')]
    laptop.collector.policy = "gone"
    waits = iter([False] * 6 + [True])

    def wait(seconds: float) -> bool:
        laptop.now += seconds
        return next(waits)

    assert laptop.runner.run(wait) is True
    assert any(line.startswith("bug: KeyError") for line in laptop.said)


def test_what_cannot_be_written_down_is_not_sent(laptop: Laptop) -> None:
    laptop.runner.step()
    laptop.disk.full = True
    with pytest.raises(Unwritable):
        laptop.runner.uplink.reports(b"x")
    assert laptop.collector.calls == [1]
