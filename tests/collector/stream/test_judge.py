"""The judge: every entry as of its own number, whatever is taken together and whatever dies."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from collector.detectors import CannotTell, Claim, Detector, Said, View, detectors
from collector.detectors.control_tool_present import Present
from collector.store.database import StoreFault
from collector.store.judgements import judged_to
from collector.stream import InlineStore
from collector.stream.judge import Judge
from collector.stream.judging import Panel
from tests.collector.farm import OK, PIKVM, SESSION, VNC, Farm

T = TypeVar("T")


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    made.enrol(1)
    yield made
    made.connection.close()


def judge(farm: Farm, panel: Panel | None = None, slice_entries: int = 64) -> Judge:
    made = Judge(
        InlineStore(farm.connection), panel or Panel(detectors()), slice_entries=slice_entries
    )
    asyncio.run(made.catch_up())
    return made


def test_a_host_that_has_not_reported_cannot_be_told(farm: Farm) -> None:
    judge(farm)
    assert farm.verdicts(1) == [(1, "unseen", "unseen")]


def test_a_viewer_comes_and_goes_and_the_verdict_follows(farm: Farm) -> None:
    farm.report(1, OK)
    farm.report(1, VNC)
    farm.report(1, SESSION)
    farm.report(1, ended=(SESSION,))
    farm.report(1, ended=(VNC,))
    judge(farm)
    assert [each[:2] for each in farm.verdicts(1)] == [
        (1, "unseen"), (2, "clear"), (3, "observe"), (4, "observe"), (5, "observe"), (6, "clear"),
    ]  # fmt: skip
    assert farm.claims(1) == [
        (3, 6, "control_tool_present", "C"),
        (3, 6, "control_tool_unattended", "B"),
        (4, 5, "control_tool_session", "C"),
    ]
    assert farm.findings() == []


def test_a_kvm_enters_review_and_is_told_once(farm: Farm) -> None:
    n = farm.report(1, OK, PIKVM)
    farm.report(1, VNC)
    judge(farm)
    assert farm.findings() == [(n, 1, "entered", "review")]


def test_a_kvm_that_was_unplugged_fades_by_a_tick_after_claim_days(farm: Farm) -> None:
    farm.report(1, OK, PIKVM)
    farm.report(1, ended=(PIKVM,))
    farm.later(days=6, hours=23)
    farm.entry("tick")
    farm.later(hours=1, minutes=1)
    n = farm.entry("tick")
    judge(farm)
    assert farm.verdicts(1)[-1] == (n, "clear", "none")
    assert farm.findings() == [(2, 1, "entered", "review"), (n, 1, "left", "clear")]


def test_a_session_counts_by_a_tick_when_half_an_hour_is_over(farm: Farm) -> None:
    farm.report(1, OK, SESSION)
    for _ in range(31):
        farm.later(minutes=1)
        farm.entry("tick")
    judge(farm)
    assert [(since, level) for since, level, _rule in farm.verdicts(1)] == [
        (1, "unseen"), (2, "clear"), (33, "observe"),
    ]  # fmt: skip


def test_reports_of_a_week_offline_are_judged_by_when_they_were_true(farm: Farm) -> None:
    farm.report(1, OK)
    farm.later(days=7)
    began = farm.at - timedelta(days=6)
    farm.report(1, SESSION, true_at=began)
    farm.report(1, ended=(SESSION,), true_at=began + timedelta(minutes=10))
    judge(farm)
    assert [strength for _since, _until, _detector, strength in farm.claims(1)] == ["C"]


def test_a_new_policy_is_judged_for_all_hosts_from_its_entry_on(farm: Farm) -> None:
    farm.enrol(2)
    farm.report(1, OK, VNC)
    farm.report(2, OK, VNC)
    farm.policy("sanctioned: [{tool: remote_access.tigervnc}]")
    judge(farm, slice_entries=1)
    assert [farm.verdicts(host)[-1] for host in (1, 2)] == [(5, "clear", "none")] * 2


def test_an_entry_is_judged_with_the_policy_of_its_time(farm: Farm) -> None:
    farm.report(1, OK, VNC)
    farm.policy("sanctioned: [{tool: remote_access.tigervnc}]")
    farm.report(1, SESSION)
    judge(farm)
    assert [each[:2] for each in farm.verdicts(1)] == [(1, "unseen"), (2, "observe"), (3, "clear")]


def test_new_reviews_are_capped_a_day_and_the_surplus_is_one_finding(farm: Farm) -> None:
    for host in range(2, 9):
        farm.enrol(host)
    for host in range(1, 8):
        farm.report(host, OK, PIKVM)
    farm.later(days=1)
    farm.report(8, OK, PIKVM)
    judge(farm)
    assert [(host, cause) for _n, host, cause, _level in farm.findings()] == [
        (1, "entered"), (2, "entered"), (3, "entered"), (4, "entered"), (5, "entered"),
        (None, "surplus"), (8, "entered"),
    ]  # fmt: skip


def test_the_cap_counts_on_after_a_restart(farm: Farm) -> None:
    for host in range(2, 9):
        farm.enrol(host)
    for host in range(1, 9):
        farm.report(host, OK, PIKVM)
        judge(farm)
    assert [cause for _n, _host, cause, _level in farm.findings()] == ["entered"] * 5 + ["surplus"]


def test_a_baseline_shows_in_findings(farm: Farm) -> None:
    farm.report(1, OK, PIKVM)
    farm.enrol(2)
    farm.later(days=15)
    farm.report(2, OK, PIKVM)
    judge(farm)
    documents = farm.connection.execute("SELECT document FROM finding ORDER BY n").fetchall()
    assert [json.loads(document)["baseline"] for (document,) in documents] == [True, False]


def test_a_fork_is_shown_and_told_of_a_host_at_observe(farm: Farm) -> None:
    farm.report(1, OK, VNC)
    fork = {"kind": "report.fork", "epoch": "e", "seq": 2, "digest": "x", "stored": 3}
    n = farm.report(1, fork, cause="fork")
    judge(farm)
    assert farm.findings() == [(n, 1, "tamper", "observe")]
    assert farm.claims(1)[-1] == (n, None, "forked_agent", "C")


def test_silence_of_a_host_at_observe_is_told_and_hides_its_level(farm: Farm) -> None:
    farm.report(1, OK, VNC)
    n = farm.report(1, {"kind": "report.silence", "since": "then"}, cause="silence")
    judge(farm)
    assert farm.findings() == [(n, 1, "silence", "unseen")]
    assert farm.verdicts(1)[-1] == (n, "unseen", "unseen")


def test_a_sensor_that_cannot_look_for_three_days_makes_a_host_unseen(farm: Farm) -> None:
    farm.report(1, OK)
    denied = {**OK, "ended": "denied", "why": "needs root"}
    farm.report(1, denied, ended=(OK,))
    farm.later(days=2)
    failed = {**OK, "ended": "failed", "why": "a fault"}
    farm.report(1, failed, ended=(denied,))
    farm.later(days=1, seconds=1)
    n = farm.entry("tick")
    judge(farm)
    assert farm.verdicts(1)[-1] == (n, "unseen", "unseen")


def test_a_row_with_fields_of_other_types_is_passed_over_and_counted(farm: Farm) -> None:
    farm.report(1, OK, {**PIKVM, "hits": "kvm.pikvm"}, {**VNC, "listening": None})
    made = judge(farm)
    assert farm.verdicts(1)[-1] == (2, "clear", "none")
    assert made.unreadable == 3


def test_a_detector_that_raises_is_skipped_counted_and_shown_and_its_claims_stay(
    farm: Farm,
) -> None:
    good = True

    def detect(_view: View) -> Iterator[Said]:
        if not good:
            raise RuntimeError("secret of a laptop")
        yield Claim("shaky", "a", "mechanism", "tool", "B", "because", ())
        yield CannotTell("shaky", "too little")

    panel = Panel((Detector("shaky", (Present,), detect),))
    farm.report(1, OK)
    judge(farm, panel)
    good = False
    farm.report(1, VNC)
    made = judge(farm, panel)
    (document,) = farm.connection.execute(
        "SELECT document FROM verdict WHERE until IS NULL"
    ).fetchone()
    assert json.loads(document)["raised"] == [{"detector": "shaky", "error": "RuntimeError"}]
    assert dict(made.raised) == {"shaky": 1}
    assert farm.claims(1) == [(1, None, "shaky", "B")]


def test_claims_are_stored_whole(farm: Farm) -> None:
    farm.report(1, OK, PIKVM)
    judge(farm)
    (document,) = farm.connection.execute("SELECT document FROM claim").fetchone()
    assert msgspec.json.decode(document, type=Claim) == Claim(
        detector="kvm_usb",
        about="kvm.pikvm",
        class_="mechanism",
        channel="usb",
        strength="A",
        because="The USB device in port 1-2 is a KVM device that controls a machine from elsewhere "
        "(PiKVM: product PiKVM)",
        rows=(2,),
        technique="T1219.003",
        marks=("kvm_identity",),
    )


class Full(InlineStore):
    """A store whose disk is full for one write."""

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if self.jobs == 0:
            self.jobs += 1
            raise StoreFault("the disk is full")
        return await super().write(job)


async def run_until_judged(made: Judge, farm: Farm, to: int) -> int:
    """Runs the judge, hinting at every turn; to which entry it came."""
    running = asyncio.create_task(made.run())
    for _turn in range(1000):
        made.wake()
        await asyncio.sleep(0)
        if judged_to(farm.connection) == to:
            break
    running.cancel()
    return judged_to(farm.connection)


def test_it_judges_when_it_is_woken(farm: Farm) -> None:
    made = Judge(InlineStore(farm.connection), Panel(detectors()), linger_s=0)
    n = farm.report(1, OK)
    assert asyncio.run(run_until_judged(made, farm, n)) == n


def test_what_a_full_disk_refused_is_judged_later(farm: Farm) -> None:
    made = Judge(Full(farm.connection), Panel(detectors()), linger_s=0)
    n = farm.report(1, OK, PIKVM)
    assert asyncio.run(run_until_judged(made, farm, n)) == n
    assert (made.stalled, farm.findings()) == (1, [(n, 1, "entered", "review")])


class Thorough(Judge):
    """A judge that judges every entry, whatever it changed."""

    def _as_before(self, *_unused: object) -> bool:
        return False


def test_an_entry_that_changes_nothing_that_is_read_changes_no_judgement(farm: Farm) -> None:
    farm.report(1, OK, VNC)
    farm.report(1, {"kind": "network.interface", "name": "eth0", "mtu": 1500})
    made = judge(farm)
    assert (made.judged, made.passed) == (2, 1)
    assert [each[0] for each in farm.verdicts(1)] == [1, 2]


@pytest.mark.parametrize("seed", range(4))
def test_passing_over_such_entries_comes_to_the_same(seed: int) -> None:
    outcomes = []
    for kind in (Judge, Thorough):
        farm = Farm()
        farm.enrol(1)
        tell_a_story(farm, seed)
        asyncio.run(kind(InlineStore(farm.connection), Panel(detectors())).catch_up())
        outcomes.append(farm.everything())
        farm.connection.close()
    assert outcomes[0] == outcomes[1]


def tell_a_story(farm: Farm, seed: int) -> None:
    chance = random.Random(seed)
    dull = [{"kind": "network.interface", "name": f"eth{n}", "mtu": 1500} for n in range(6)]
    rows: tuple[dict[str, Any], ...] = (
        *dull,
        VNC,
        SESSION,
        PIKVM,
        {**VNC, "tool": "remote_access.anydesk", "name": "AnyDesk"},
    )
    for host in range(1, 8):
        if host > 1:
            farm.enrol(host)
        farm.report(host, OK)
    for _ in range(150):
        farm.later(minutes=chance.choice((1, 7, 600)))
        farm.entry("tick")
        host = chance.randint(1, 7)
        row = chance.choice(rows)
        there = (host, json.dumps(row)) in farm.intervals
        farm.report(host, *(() if there else (row,)), ended=(row,) if there else ())
        if chance.random() < 0.03:
            tool = chance.choice(("remote_access.anydesk", "remote_access.tigervnc"))
            farm.policy(f"sanctioned: [{{tool: {tool}}}]")


class Dying(InlineStore):
    """A store whose process dies in one write of five, before or after its commit."""

    def __init__(self, connection: sqlite3.Connection, chance: random.Random) -> None:
        super().__init__(connection)
        self._chance = chance

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        death = self._chance.random()
        if death < 0.1:
            raise KeyboardInterrupt
        done = await super().write(job)
        if death < 0.2:
            raise KeyboardInterrupt
        return done


@pytest.mark.parametrize("seed", range(4))
def test_neither_slices_nor_kills_change_what_comes_out(seed: int) -> None:
    outcomes = []
    for slice_entries, dies in ((1, False), (64, False), (3, True), (64, True)):
        farm = Farm()
        farm.enrol(1)
        tell_a_story(farm, seed)
        if dies:
            chance = random.Random(seed)
            last = farm.connection.execute("SELECT max(n) FROM journal").fetchone()[0]
            while judged_to(farm.connection) < last:
                store = Dying(farm.connection, chance)
                dying = Judge(store, Panel(detectors()), slice_entries=slice_entries)
                try:
                    asyncio.run(dying.catch_up())
                except KeyboardInterrupt:
                    continue
        else:
            judge(farm, slice_entries=slice_entries)
        outcomes.append(farm.everything())
        farm.connection.close()
    assert outcomes == outcomes[:1] * 4
    assert [bool(table) for table in outcomes[0][:3]] == [True, True, True]


@pytest.mark.parametrize("turns", range(4))
def test_a_judge_that_is_woken_while_it_is_cancelled_ends(farm: Farm, turns: int) -> None:
    made = Judge(InlineStore(farm.connection), Panel(detectors()), linger_s=0.0)

    async def woken_and_cancelled() -> bool:
        running = asyncio.create_task(made.run())
        await asyncio.sleep(0.05)  # it has caught up, and waits
        made.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=0.5)
        ended = running in done
        while not running.done():
            running.cancel()
            await asyncio.sleep(0)
        return ended

    assert asyncio.run(woken_and_cancelled())
