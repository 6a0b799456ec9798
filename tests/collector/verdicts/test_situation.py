"""The situation: since when a sensor cannot look, what the machine is, whether it is silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from collector.detectors.view import View
from collector.policy import Policy
from collector.store.times import millis
from collector.stream.views import AsOf, Views
from collector.verdicts.situation import READS, Sensor, Situation, blind_until, situation

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def view(*rows: tuple[dict[str, Any], int, int | None]) -> View:
    """Rows with the days before now at which they began and ended."""
    held = [
        (
            number, number, number, None if until is None else number + 100,
            millis(AT - timedelta(days=since)),
            None if until is None else millis(AT - timedelta(days=until)),
        )
        for number, (_row, since, until) in enumerate(rows, start=1)
    ]  # fmt: skip
    contents = [(row["kind"], msgspec.json.encode(row)) for row, _since, _until in rows]
    return Views(READS).view(1, AsOf(AT, held), Policy(), lambda body: contents[body - 1])


def outcome(ended: str, why: str = "", sensor: str = "usb") -> dict[str, Any]:
    return {"kind": "sensor.outcome", "sensor": sensor, "ended": ended, "why": why}


def days(number: int) -> datetime:
    return AT - timedelta(days=number)


def test_a_sensor_that_looked_can_look() -> None:
    found = situation(view((outcome("nothing"), 3, None)))
    assert found.sensors == (Sensor("usb", "nothing", "", None),)


def test_one_that_changes_how_it_cannot_look_cannot_since_the_first() -> None:
    found = situation(view((outcome("denied"), 5, 2), (outcome("failed", "a bug"), 2, None)))
    assert found.sensors == (Sensor("usb", "failed", "a bug", days(5)),)


def test_one_that_looked_between_cannot_since_then() -> None:
    found = situation(
        view((outcome("denied"), 5, 2), (outcome("ok"), 2, 1), (outcome("denied"), 1, None))
    )
    assert found.unable == {"usb": days(1)}


def test_off_by_policy_is_a_decision_and_no_backend_is_blindness() -> None:
    found = situation(
        view((outcome("off", "policy", "camera"), 5, None), (outcome("off", "no backend"), 4, None))
    )
    assert (found.unable, [sensor.name for sensor in found.sensors]) == (
        {"usb": days(4)}, ["camera", "usb"],
    )  # fmt: skip


def test_a_machine_that_has_not_reported_is_told_from_one_that_has() -> None:
    assert situation(view()) == Situation(AT, reported=False)


def test_virtual_and_silent_are_said_in_the_rows_words() -> None:
    found = situation(
        view(
            ({"kind": "machine.virtual", "by": "kvm"}, 3, None),
            ({"kind": "report.silence", "since": "2026-11-20T10:00Z"}, 1, None),
            ({"kind": "report.silence", "since": "2026-10-20T10:00Z"}, 9, 8),
        )
    )
    assert (found.virtual, found.silent) == ("kvm", "2026-11-20T10:00Z")


def test_it_is_looked_at_again_when_the_first_sensor_has_been_blind_for_long() -> None:
    found = situation(
        view((outcome("denied", sensor="a"), 1, None), (outcome("denied", sensor="b"), 2, None))
    )
    assert [blind_until(found, days) for days in (1, 2, 3)] == [
        None, AT + timedelta(days=1), AT + timedelta(days=1),
    ]  # fmt: skip
