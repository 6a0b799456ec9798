"""Reports that are taken: what is stored, when it was true, and what the laptop is told."""

import asyncio
from datetime import timedelta

import msgspec

from collector.ingest.terms import Terms
from lab.laptops import Laptop
from tests.collector.ingest.conftest import AT, Site
from wire.question import Question
from wire.report import Gauge, Outcome

STICK = {"kind": "usb.device", "port": "1-2", "product": "stick"}
MOUSE = {"kind": "usb.device", "port": "1-3", "product": "mouse"}
EGRESS = {"kind": "egress.address", "address": "192.0.2.7"}


def outcome(sensor: str, ended: str = "ok") -> dict[str, str]:
    return {"kind": "sensor.outcome", "sensor": sensor, "ended": ended}


def begun(site: Site) -> Laptop:
    """A laptop whose first, full report is stored as journal entry 2."""
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    assert site.send(laptop.line(laptop.report(AT, full=True))).status == 202
    return laptop


def test_a_first_report_is_stored_whole_and_answered_with_what_is_stored(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    line = laptop.line(laptop.report(AT, full=True))
    site.terms = Terms(next_report_s=120, policy="p1", pack="k1")

    said = site.send(line)

    assert (said.status, said.document) == (
        202,
        {
            "accepted": 1,
            "epoch": laptop.epoch,
            "stored": 1,
            "next_report_s": 120,
            "policy": "p1",
            "pack": "k1",
        },
    )
    assert site.intervals() == [
        ("usb", STICK, 2, None),
        ("", EGRESS, 2, None),
        ("", outcome("usb"), 2, None),
    ]
    assert site.rows("SELECT n, cause, host, epoch, seq, digest, envelope FROM journal") == [
        (1, "enrolment", 1, None, None, None, None),
        (2, "report", 1, laptop.epoch, 1, laptop.prev, line),
    ]
    assert site.woken == 1


def test_rows_that_are_gone_end_and_new_ones_begin(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [MOUSE])
    site.now += timedelta(seconds=60)

    site.send(laptop.line(laptop.report(AT + 50, ["usb"])))

    assert site.intervals("usb.%") == [("usb", STICK, 2, 3), ("usb", MOUSE, 3, None)]
    times = site.rows("SELECT since_at, until_at FROM interval WHERE kind = 'usb.device'")
    assert times == [(AT * 1000, (AT + 50) * 1000), ((AT + 50) * 1000, None)]


def test_an_unchanged_report_touches_only_the_hot_row(site: Site) -> None:
    laptop = begun(site)
    before = site.intervals()
    site.now += timedelta(seconds=300)

    said = site.send(laptop.line(laptop.report(AT + 300)))

    assert (said.status, said.document["stored"], "want" in said.document) == (202, 2, False)
    assert site.intervals() == before
    assert site.rows("SELECT count(*) FROM journal") == [(2,)]
    assert site.rows("SELECT seq, digest, state, seen, at FROM host_hot") == [
        (2, laptop.prev, laptop.state(), (AT + 300) * 1000, (AT + 300) * 1000)
    ]
    assert site.woken == 1


def test_an_unchanged_report_of_another_state_is_stored_and_a_full_one_wanted(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [MOUSE])

    said = site.send(laptop.line(laptop.report(AT + 1)))
    assert (said.status, said.document["want"]) == (202, True)
    laptop.sees("usb", [])
    said = site.send(laptop.line(laptop.report(AT + 2, ["usb"])))
    assert (said.status, said.document["want"]) == (202, True)  # what is between is not known
    said = site.send(laptop.line(laptop.report(AT + 3, full=True)))
    assert (said.status, "want" in said.document) == (202, False)


def test_the_same_report_twice_is_stored_once(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    line = laptop.line(laptop.report(AT, full=True))
    site.send(line)
    before = site.intervals()

    said = site.send(line)

    assert (said.status, said.document["accepted"], said.document["stored"]) == (200, 0, 1)
    assert site.intervals() == before
    assert site.rows("SELECT count(*) FROM journal") == [(2,)]


def test_an_older_report_again_is_known_too(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [MOUSE])
    changed = laptop.line(laptop.report(AT, ["usb"]))
    unchanged = [laptop.line(laptop.report(AT)) for _ in range(3)]
    site.send(changed, *unchanged)

    assert site.send(changed).status == 200
    assert site.send(unchanged[0]).status == 200
    site.restart()
    assert site.send(changed, *unchanged).status == 200


def test_one_call_delivers_a_week_in_order(site: Site) -> None:
    laptop = begun(site)
    lines = []
    for day in range(7):
        laptop.sees("usb", [{**STICK, "product": f"stick {day}"}])
        lines.append(laptop.line(laptop.report(AT + day * 86_400, ["usb"])))
    site.now += timedelta(days=7)

    said = site.send(*lines)

    assert (said.status, said.document["accepted"], said.document["stored"]) == (202, 7, 8)
    assert [
        (row["product"], since, until) for _, row, since, until in site.intervals("usb.%")
    ] == [("stick", 2, 3), *((f"stick {day}", day + 3, day + 4) for day in range(6)),
          ("stick 6", 9, None)]  # fmt: skip
    assert site.rows("SELECT since_at FROM interval WHERE kind = 'usb.device' AND since > 2") == [
        ((AT + day * 86_400) * 1000,) for day in range(7)
    ]


def test_two_calls_of_one_host_at_once_are_numbered_one_after_the_other(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    lines = [laptop.line(laptop.report(AT, full=True))]
    lines += [laptop.line(laptop.report(AT)) for _ in range(4)]

    async def together() -> list[tuple[int, int]]:
        calls = [site.call("/v1/reports", b"\n".join(lines[: at + 1])) for at in range(5)]
        said = await asyncio.gather(*calls, *(site.call("/v1/reports", lines[0]),) * 2)
        return [(one.status, one.document["accepted"]) for one in said]

    assert asyncio.run(together()) == [*[(202, 1)] * 5, (200, 0), (200, 0)]
    assert site.rows("SELECT seq FROM host_hot") == [(5,)]


def test_a_jump_is_taken_and_said_and_a_full_report_wanted(site: Site) -> None:
    laptop = begun(site)
    laptop.line(laptop.report(AT))
    laptop.sees("usb", [STICK, MOUSE])

    said = site.send(laptop.line(laptop.report(AT, ["usb"])))

    assert (said.status, said.document["stored"], said.document["want"]) == (202, 3, True)
    gap = {"kind": "report.gap", "after": 1, "before": 3}
    assert site.intervals("report.%") == [("", gap, 3, None)]
    said = site.send(laptop.line(laptop.report(AT, full=True)))
    assert "want" not in said.document
    assert site.intervals("report.%") == [("", gap, 3, 4)]


def test_a_thinned_report_leaves_no_gap(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [MOUSE])
    digests = []
    for _ in range(2):
        laptop.line(laptop.report(AT, ["usb"]))
        digests.append(laptop.prev)
    laptop.seq -= 1
    thinned = laptop.line(laptop.report(AT, ["usb"], replaces=tuple(digests)))

    said = site.send(thinned)

    assert (said.status, said.document["stored"], "want" in said.document) == (202, 3, False)
    assert site.intervals("report.%") == []


def test_a_new_epoch_is_taken_and_said(site: Site) -> None:
    laptop = begun(site)
    again = Laptop(laptop.key, laptop.n, "Q" * 22)
    again.sees("usb", [MOUSE])

    said = site.send(again.line(again.report(AT, full=True)))

    assert (said.status, said.document["epoch"], said.document["stored"]) == (202, "Q" * 22, 1)
    epoch = {"kind": "report.epoch", "epoch": "Q" * 22, "previous": laptop.epoch}
    assert site.intervals("report.%") == [("", epoch, 3, None)]
    assert site.intervals("usb.%") == [("usb", STICK, 2, 3), ("usb", MOUSE, 3, None)]


def test_a_full_report_ends_what_it_does_not_list(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    laptop.sees("network", [{"kind": "network.interface", "name": "eth0", "mtu": 1500}])
    site.send(laptop.line(laptop.report(AT, full=True)))
    del laptop.sensors["network"]

    site.send(laptop.line(laptop.report(AT, full=True)))

    assert [(row["kind"], until) for _, row, _, until in site.intervals()] == [
        ("network.interface", 3),
        ("usb.device", None),
        ("egress.address", None),
        ("sensor.outcome", 3),
        ("sensor.outcome", None),
    ]


def test_a_sensor_that_could_not_look_leaves_its_last_known_rows(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [], "denied", "run as root")

    site.send(laptop.line(laptop.report(AT, ["usb"])))

    denied = {**outcome("usb", "denied"), "why": "run as root"}
    assert site.intervals("usb.%") == [("usb", STICK, 2, None)]
    assert site.intervals("sensor.%") == [("", outcome("usb"), 2, 3), ("", denied, 3, None)]


def test_a_full_report_may_give_the_last_known_rows_of_a_sensor_that_could_not_look(
    site: Site,
) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    report = laptop.report(AT, full=True)
    denied = Outcome(sensor="usb", ended="denied", why="run as root")
    twice = msgspec.structs.replace(report, outcomes=(*report.outcomes, denied))

    assert site.send(laptop.line(twice)).status == 202

    assert site.intervals("usb.%") == [("usb", STICK, 2, None)]
    assert site.intervals("sensor.%") == [
        ("", {**outcome("usb", "denied"), "why": "run as root"}, 2, None)
    ]


def test_a_clock_a_day_off_refuses_nothing_and_is_shown(site: Site) -> None:
    for seed, off_s in ((1, 86_400), (2, -86_400)):
        laptop = site.enrolled(seed)
        laptop.sees("usb", [STICK])
        date = site.now - timedelta(seconds=off_s)
        said = site.send(laptop.line(laptop.report(AT - off_s, full=True)), date=date)
        assert said.status == 202

    assert site.intervals("report.%") == [
        ("", {"kind": "report.skew", "seconds": 86_400}, 2, None),
        ("", {"kind": "report.skew", "seconds": -86_400}, 4, None),
    ]
    assert site.rows("SELECT DISTINCT since_at FROM interval") == [(AT * 1000,)]


def test_a_clock_that_was_set_right_ends_the_skew_even_without_a_change(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    wrong = site.now + timedelta(hours=1)
    site.send(laptop.line(laptop.report(AT + 3600, full=True)), date=wrong)

    site.send(laptop.line(laptop.report(AT)), date=site.now)

    skew = {"kind": "report.skew", "seconds": -3600}
    assert site.intervals("report.%") == [("", skew, 2, 3)]
    assert site.rows("SELECT cause, seq FROM journal WHERE n = 3") == [("report", 2)]


def test_a_report_is_never_true_before_the_one_before_it(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [MOUSE])

    site.send(laptop.line(laptop.report(AT - 500, ["usb"])))

    assert site.rows("SELECT since_at, until_at FROM interval WHERE kind = 'usb.device'") == [
        (AT * 1000, AT * 1000),
        (AT * 1000, None),
    ]


def test_another_address_is_noted_with_the_report_that_came_from_it(site: Site) -> None:
    laptop = begun(site)

    site.send(laptop.line(laptop.report(AT)), peer="2001:DB8::7")
    site.send(laptop.line(laptop.report(AT)), peer="2001:db8::7")

    there = {"kind": "egress.address", "address": "2001:db8::7"}
    assert site.intervals("egress.%") == [("", EGRESS, 2, 3), ("", there, 3, None)]
    assert site.rows("SELECT max(n) FROM journal") == [(3,)]
    assert site.rows("SELECT address FROM host_hot") == [("2001:db8::7",)]


def test_what_a_host_calls_itself_is_kept_with_the_host(site: Site) -> None:
    laptop = site.enrolled()
    identity = {"host_name": "LAPTOP-7", "serial_tail": "1234", "mdm_id": "m7"}
    laptop.sees("machine", [{"kind": "machine.identity", "os": "linux", **identity}])

    site.send(laptop.line(laptop.report(AT, full=True)))

    found = site.rows("SELECT name, serial_tail, mdm_id FROM host")
    assert found == [("LAPTOP-7", "1234", "m7")]


def test_gauges_are_kept_as_last_value_and_one_summary_a_day(site: Site) -> None:
    laptop = begun(site)
    for value in (10.4, 30.0, 20.0):
        gauges = (Gauge(name="rss_bytes", value=value),)
        site.send(laptop.line(laptop.report(AT, gauges=gauges)))

    assert site.rows("SELECT * FROM gauge") == [(1, "rss_bytes", "2026-03-02", 20, 10, 30, 3)]
    assert site.rows("SELECT count(*) FROM journal") == [(2,)]


def test_a_silence_ends_with_the_next_report(site: Site) -> None:
    laptop = begun(site)
    site.database.write_now(
        lambda connection: [
            connection.execute(
                "INSERT INTO journal (at, cause, host) VALUES (?, 'silence', 1)", (AT * 1000,)
            ),
            connection.execute(
                "INSERT INTO body VALUES (5, 'report.silence', '{\"kind\": \"report.silence\"}')"
            ),
            connection.execute(
                "INSERT INTO interval (host, sensor, kind, body, since, since_at)"
                " VALUES (1, '', 'report.silence', 5, 3, ?)",
                (AT * 1000,),
            ),
        ]
    )
    site.now += timedelta(days=4)

    site.send(laptop.line(laptop.report(AT + 4 * 86_400)))

    assert site.intervals("report.%") == [("", {"kind": "report.silence"}, 3, 4)]
    assert site.rows("SELECT cause FROM journal WHERE n = 4") == [("return",)]


def test_questions_ride_in_the_reply_and_are_noted_when_seen(site: Site) -> None:
    question = Question(id="q1", sensor="usb", expires_in_s=60)
    site.offers.questions = (question,)
    laptop = begun(site)

    said = site.send(laptop.line(laptop.report(AT, questions_seen=("q1",))))

    assert said.document["questions"] == [{"id": "q1", "sensor": "usb", "expires_in_s": 60}]
    assert site.offers.told == [(1, "seen q1")]


def test_what_is_known_of_a_host_survives_a_restart(site: Site) -> None:
    laptop = begun(site)
    wrong = site.now + timedelta(hours=1)
    site.send(laptop.line(laptop.report(AT + 3600)), date=wrong)
    before = site.memory.hot(1)

    site.restart()

    assert site.memory.hot(1) == before
    said = site.send(laptop.line(laptop.report(AT + 3600)), date=wrong)
    assert (said.status, said.document["stored"]) == (202, 3)
    assert site.rows("SELECT max(n) FROM journal") == [(3,)]
