import random

import msgspec
import pytest
from nacl.signing import SigningKey

from agent.disk import Unwritable
from agent.identity import Signer
from agent.refused import Refused
from agent.spool import Draft, Spool, peek
from agent.state import Held, difference, digest_of, held, whole
from tests.agent.fake_collector import FakeCollector
from tests.agent.memory_disk import Killed, MemoryDisk
from wire.codec import decode_envelope, decode_report
from wire.digest import digest
from wire.report import Outcome, Report

KEY = SigningKey(bytes(32))
KEYID = "7.00000000"


def spool_on(disk: MemoryDisk, said: list[str] | None = None, **limits: int) -> Spool:
    epochs = iter(f"{'e' * 20}{n:02d}" for n in range(100))
    say = [] if said is None else said
    spool = Spool(
        disk, Signer(KEYID, KEY), Refused(disk), lambda: next(epochs), say.append, **limits
    )
    spool.open()
    return spool


def outcome(sensor: str, value: object, padding: str = "") -> Outcome:
    row = msgspec.json.encode({"kind": "test.row", "value": value, "padding": padding})
    return Outcome(sensor=sensor, ended="ok", rows=(msgspec.Raw(row),))


def state(**values: object) -> dict[str, Held]:
    return {name: held(outcome(name, value)) for name, value in values.items()}


def change(spool: Spool, after: dict[str, Held], at: int = 1) -> None:
    if spool.state:
        spool.add(Draft(at=at, outcomes=difference(spool.state, after)), after)
    else:
        spool.add(Draft(at=at, outcomes=whole(after), full=True), after)


def reports(spool: Spool) -> list[Report]:
    lines = spool.batch(at=1).body.splitlines()
    return [decode_report(decode_envelope(line).payload) for line in lines]


def seqs(spool: Spool) -> list[int]:
    return [entry.seq for entry in spool.pending()]


def test_reports_are_numbered_from_1_and_each_names_the_one_before() -> None:
    spool = spool_on(MemoryDisk())
    for value in range(3):
        change(spool, state(usb=value))
    sent = reports(spool)
    digests = [entry.digest for entry in spool.pending()]
    assert [report.seq for report in sent] == [1, 2, 3]
    assert [report.prev for report in sent] == ["", *digests[:2]]
    assert [report.state for report in sent] == [digest_of(state(usb=n)) for n in range(3)]


def test_a_report_leaves_the_spool_only_when_it_is_stored() -> None:
    spool = spool_on(MemoryDisk())
    for value in range(4):
        change(spool, state(usb=value))
    spool.advance(spool.epoch, 2)
    assert seqs(spool) == [3, 4]


def test_what_is_stored_of_another_epoch_moves_nothing() -> None:
    spool = spool_on(MemoryDisk())
    change(spool, state(usb=1))
    spool.advance("another epoch", 9)
    assert seqs(spool) == [1]


def test_the_newest_is_remembered_after_delivery_and_a_restart() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    change(spool, state(usb=2))
    last = spool.pending()[-1].digest
    spool.advance(spool.epoch, 2)
    again = spool_on(disk)
    again.add(Draft(at=5), again.state)
    assert (again.epoch, again.state, seqs(again)) == (spool.epoch, state(usb=2), [3])
    assert reports(again)[0].prev == last


def test_an_unchanged_report_keeps_the_rows_in_force_across_a_restart() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    spool.add(Draft(at=2), spool.state)
    assert spool_on(disk).state == state(usb=1)


def test_two_runs_on_one_folder_make_one_epoch() -> None:
    disk = MemoryDisk()
    assert spool_on(disk).epoch == spool_on(disk).epoch == f"{'e' * 20}00"


def test_a_call_carries_the_oldest_up_to_its_limit() -> None:
    spool = spool_on(MemoryDisk(), call=1_100)
    for value in range(6):
        change(spool, state(usb=value))
    batch = spool.batch(at=1)
    assert [entry.seq for entry in batch.entries] == [1, 2]
    assert len(batch.body) <= 1_100


def test_a_changed_host_number_is_put_on_reports_signed_before() -> None:
    spool = spool_on(MemoryDisk())
    change(spool, state(usb=1))
    spool.signer = Signer("8.11111111", KEY)
    collector = FakeCollector(key=bytes(KEY.verify_key), keyid="8.11111111")
    collector.ask("POST", "/v1/reports", {"Date": ""}, spool.batch(at=1).body)
    assert [report.seq for report in collector.taken] == [1]


def test_a_damaged_report_is_set_aside_said_and_counted_and_the_others_go_on() -> None:
    disk, said = MemoryDisk(), list[str]()
    spool = spool_on(disk, said)
    for value in range(3):
        change(spool, state(usb=value))
    path = f"spool/0001-{spool.epoch}/{spool.pending()[0].name}"
    disk.now.files[path] = disk.now.files[path][:-40] + b"x" * 40
    assert [report.seq for report in reports(spool)] == [2, 3]
    assert said == ["report 1 cannot be read, set aside in refused/"]
    assert Refused(disk).count() == 1


def test_the_number_of_a_damaged_newest_report_is_not_used_again() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    newest = spool.pending()[0]
    disk.now.files[f"spool/0001-{spool.epoch}/{newest.name}"] = b""
    again = spool_on(disk)
    assert again.state == {}
    assert again.batch(at=1).entries == ()
    change(again, state(usb=1))
    assert [(report.seq, report.prev, report.full) for report in reports(again)] == [
        (2, newest.digest, True)
    ]


def test_a_damaged_report_behind_good_ones_waits_until_they_are_delivered() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    for value in range(2):
        change(spool, state(usb=value))
    disk.now.files[f"spool/0001-{spool.epoch}/{spool.pending()[1].name}"] = b"{}"
    assert [entry.seq for entry in spool.batch(at=1).entries] == [1]
    assert Refused(disk).count() == 0


def test_a_damaged_state_makes_the_next_report_full() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    disk.now.files[f"spool/0001-{spool.epoch}/{1:016d}.state"] = b"[]"
    assert spool_on(disk).state == {}


def test_a_refused_report_moves_and_its_number_stays_used() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    for value in range(2):
        change(spool, state(usb=value))
    spool.refuse(2, at=0)
    change(spool, state(usb=5))
    assert seqs(spool) == [1, 3]
    assert [name[:10] for name in disk.names("refused")] == ["1970-01-01"]


def test_refused_reports_are_kept_for_30_days() -> None:
    disk = MemoryDisk()
    refused = Refused(disk)
    refused.add("old", b"", at=0)
    refused.add("new", b"", at=86_400)
    refused.purge(at=31 * 86_400)
    assert disk.names("refused") == ("1970-01-02-new",)


def test_a_full_disk_refuses_a_report_and_the_spool_goes_on_afterwards() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    disk.full = True
    with pytest.raises(Unwritable, match="no space left on device"):
        change(spool, state(usb=2))
    disk.full = False
    change(spool, state(usb=3))
    assert [report.seq for report in reports(spool)] == [1, 2]
    assert spool.state == state(usb=3)


def test_going_on_from_the_collectors_numbers_replaces_all_that_is_pending() -> None:
    spool = spool_on(MemoryDisk())
    for value in range(3):
        change(spool, state(usb=value))
    digests = tuple(entry.digest for entry in spool.pending())
    after = state(usb=9)
    epoch, last = "c" * 22, "d" * 22
    spool.rebase(epoch, 41, last, Draft(at=7, outcomes=whole(after), full=True), after)
    (report,) = reports(spool)
    assert (report.epoch, report.seq, report.prev) == (epoch, 42, last)
    assert (report.replaces, report.full, report.at) == (digests, True, 7)
    assert (spool.epoch, spool.state) == (epoch, after)


def test_a_new_beginning_sets_aside_what_was_pending() -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    change(spool, state(usb=1))
    spool.restart(at=0)
    assert (spool.epoch, seqs(spool), spool.state) == (f"{'e' * 20}01", [], {})
    assert Refused(disk).count() == 1


def test_a_look_at_the_spool_changes_nothing() -> None:
    disk = MemoryDisk()
    assert peek(disk).seq == 0
    spool = spool_on(disk)
    change(spool, state(usb=1))
    before = disk.now.copy()
    seen = peek(disk)
    assert (seen.epoch, seen.seq, seen.state) == (spool.epoch, 1, state(usb=1))
    assert disk.now == before


def filled(disk: MemoryDisk, said: list[str], count: int) -> Spool:
    """A spool of at most 20,000 bytes and calls of 4,000 after so many changes."""
    spool = spool_on(disk, said, limit=20_000, call=4_000)
    for value in range(count):
        change(spool, state(usb=value, displays=value // 10), at=value)
    return spool


def test_a_full_spool_is_merged_from_its_newer_half_and_stays_below_its_limit() -> None:
    said: list[str] = []
    spool = filled(MemoryDisk(), said, 200)
    assert spool.size() <= 20_000
    assert len(said) == 14
    assert seqs(spool)[:10] == list(range(1, 11))
    assert spool.newest is not None
    assert spool.newest.seq == 200


def test_merged_reports_lose_no_number_and_end_in_the_state_in_force() -> None:
    collector = FakeCollector(key=bytes(KEY.verify_key))
    spool = filled(MemoryDisk(), [], 200)
    while batch := spool.batch(at=1).body:
        assert collector.ask("POST", "/v1/reports", {"Date": ""}, batch).status == 202
        spool.advance(collector.epoch, collector.seq)
    assert (collector.gaps, collector.forks, collector.seq) == ([], [], 200)
    assert collector.state == state(usb=199, displays=19)


def test_the_first_state_of_each_sensor_stays_when_the_spool_is_merged() -> None:
    first = reports(filled(MemoryDisk(), [], 300))[0]
    assert first.outcomes == whole(state(usb=0, displays=0))


def test_what_a_call_may_have_carried_is_never_merged() -> None:
    spool = spool_on(MemoryDisk(), limit=20_000, call=4_000)
    for value in range(20):
        change(spool, state(usb=value))
    carried = spool.batch(at=1).entries
    for value in range(20, 300):
        change(spool, state(usb=value))
    assert spool.pending()[: len(carried)] == carried


def test_a_merged_report_is_merged_again_with_all_it_replaced() -> None:
    spool = filled(MemoryDisk(), [], 600)
    singles = [entry for entry in spool.pending() if entry.kind != "merged"]
    replaced = [report.replaces for report in all_reports(spool) if report.replaces]
    assert sum(map(len, replaced)) + len(singles) == 600


def all_reports(spool: Spool) -> list[Report]:
    found: list[Report] = []
    while sent := reports(spool):
        found += sent
        spool.advance(spool.epoch, sent[-1].seq)
    return found


@pytest.mark.parametrize("seed", range(100))
def test_no_kill_loses_a_change_or_gives_a_number_two_contents(seed: int) -> None:
    """Kills the agent, or takes its power, behind random operations; a collector keeps the count.

    What was kept before the kill is delivered, or named by the report that it was merged into; all
    that left the laptop is one chain in the order in which it happened.
    """
    chance = random.Random(seed)
    disk = MemoryDisk()
    collector = FakeCollector(key=bytes(KEY.verify_key))
    given: dict[tuple[str, int], str] = {}
    reached: list[str] = []
    kept: set[str] = set()
    value = 0
    for _ in range(12):
        disk.steps = chance.randrange(1, 60)
        try:
            spool = spool_on(disk, limit=6_000, call=2_000)
            for _ in range(30):
                value += 1
                after = state(usb=value, displays=value // 5)
                reached.append(digest_of(after))
                change(spool, after)
                kept |= {entry.digest for entry in spool.pending() if entry.kind == "changed"}
                if chance.random() < 0.4:
                    call(spool, collector, chance, given)
        except Killed:
            disk.steps = None
            if chance.random() < 0.5:
                disk.power_lost(keep=chance.randrange(4))
    spool = spool_on(disk, limit=6_000, call=2_000)
    end = state(usb=value + 1, displays=value)
    change(spool, end)
    while spool.pending() and not collector.forks:
        call(spool, collector, chance, given)
    assert (collector.forks, collector.gaps) == ([], [])
    assert collector.state == end
    replaced = {name for report in collector.taken for name in report.replaces}
    assert kept - replaced - collector.known[collector.epoch] == set()
    order = [reached.index(report.state) for report in collector.taken[:-1] if report.outcomes]
    assert order == sorted(order)


def call(
    spool: Spool,
    collector: FakeCollector,
    chance: random.Random,
    given: dict[tuple[str, int], str],
) -> None:
    """One call, whose reply may be lost; no number may ever leave with two contents."""
    body = spool.batch(at=1).body
    for line in body.splitlines():
        payload = decode_envelope(line).payload
        report = decode_report(payload)
        assert given.setdefault((report.epoch, report.seq), digest(payload)) == digest(payload)
    if body:
        collector.ask("POST", "/v1/reports", {"Date": ""}, body)
        if chance.random() < 0.7:  # the other replies are lost
            spool.advance(collector.epoch, collector.seq)


@pytest.mark.parametrize("steps", range(60))
def test_taking_the_collectors_numbers_survives_a_kill_at_every_operation(steps: int) -> None:
    disk = MemoryDisk()
    spool = spool_on(disk)
    for value in range(3):
        change(spool, state(usb=value))
    after = state(usb=9)
    disk.steps = steps
    killed = False
    try:
        spool.rebase("c" * 22, 41, "d" * 22, Draft(at=7, outcomes=whole(after), full=True), after)
    except Killed:
        killed = True
    disk.steps = None
    disk.power_lost(keep=steps % 3)
    again = spool_on(disk)
    if not killed:
        assert (again.epoch, seqs(again), again.state) == ("c" * 22, [42], after)
    else:
        assert (again.epoch, seqs(again)) in [(f"{'e' * 20}00", [1, 2, 3]), ("c" * 22, [42])]
