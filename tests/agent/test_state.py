import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent.state import (
    Held,
    changed,
    difference,
    digest_of,
    held,
    hold,
    restore,
    save,
    whole,
)
from wire.report import Outcome


def rows(*values: int) -> tuple[msgspec.Raw, ...]:
    return tuple(msgspec.Raw(b'{"kind":"a.b","n":%d}' % value) for value in values)


def ok(sensor: str, *values: int) -> Outcome:
    return Outcome(sensor=sensor, ended="ok", rows=rows(*values))


DENIED = Outcome(sensor="usb", ended="denied", why="no")


def test_the_order_in_which_rows_were_sensed_changes_nothing() -> None:
    assert held(ok("usb", 1, 2)) == held(ok("usb", 2, 1))


def test_denied_keeps_the_rows_and_is_another_state() -> None:
    before = held(ok("usb", 1))
    after = hold(before, DENIED)
    assert after.outcome.rows == before.outcome.rows
    assert after.digest != before.digest


def test_nothing_ends_the_rows() -> None:
    assert hold(held(ok("usb", 1)), Outcome(sensor="usb", ended="nothing")).outcome.rows == ()


def test_a_report_says_only_what_changed() -> None:
    before = {"clock": held(ok("clock", 1)), "usb": held(ok("usb", 1))}
    after = {**before, "usb": held(ok("usb", 2))}
    assert changed(before, after) == ("usb",)
    assert difference(before, after) == (ok("usb", 2),)


def test_rows_that_changed_before_the_sensor_was_denied_are_said_too() -> None:
    before = {"usb": held(ok("usb", 1))}
    after = {"usb": hold(held(ok("usb", 2)), DENIED)}
    assert difference(before, after) == (ok("usb", 2), DENIED)


def test_a_sensor_that_was_denied_from_the_start_says_just_that() -> None:
    assert whole({"usb": hold(None, DENIED)}) == (DENIED,)


outcomes = st.builds(
    Outcome,
    sensor=st.sampled_from(["usb", "clock", "power"]),
    ended=st.sampled_from(["ok", "nothing", "denied", "failed", "off"]),
    why=st.sampled_from(["", "because"]),
).flatmap(
    lambda outcome: st.builds(
        lambda values: msgspec.structs.replace(
            outcome, rows=rows(*values) if outcome.ended == "ok" else ()
        ),
        st.lists(st.integers(0, 3), max_size=3),
    )
)


def folded(state: dict[str, Held], said: tuple[Outcome, ...]) -> dict[str, Held]:
    """What a collector holds after the outcomes of a report."""
    after = dict(state)
    for outcome in said:
        after[outcome.sensor] = hold(after.get(outcome.sensor), outcome)
    return after


@given(st.lists(st.lists(outcomes, max_size=4), max_size=6))
def test_whatever_happened_a_report_leads_the_collector_to_the_agents_state(
    sweeps: list[list[Outcome]],
) -> None:
    reported: dict[str, Held] = {}
    now: dict[str, Held] = {}
    for sweep in sweeps:
        now = folded(now, tuple(sweep))
        if len(sweep) % 2:
            reported = folded(reported, difference(reported, now))
            assert reported == now
    assert digest_of(folded({}, whole(now))) == digest_of(now)


@given(st.lists(outcomes))
def test_a_state_survives_the_disk(said: list[Outcome]) -> None:
    state = folded({}, tuple(said))
    assert restore(save(state)) == state
