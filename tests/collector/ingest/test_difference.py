"""Which rows end with a report, and which begin."""

from collector.ingest.difference import Scope, difference

THERE = [
    (1, "usb", "usb.device", 11),
    (2, "usb", "usb.device", 12),
    (3, "network", "network.interface", 13),
    (4, "", "sensor.outcome", 21),
    (5, "", "sensor.outcome", 22),
    (6, "", "report.gap", 23),
    (7, "", "egress.address", 24),
    (8, "", "report.silence", 25),
    (9, "", "report.refused", 28),
]
ABOUT = {21: "usb", 22: "network", 28: "usb"}


def scope(
    *heard: str, looked: bool = True, full: bool = False, restated: frozenset[str] = frozenset()
) -> Scope:
    sensors = frozenset(heard)
    replaced = sensors if looked else frozenset[str]()
    return Scope(sensors, replaced, full, restated, ABOUT.__getitem__)


def test_rows_that_a_sensor_repeats_stay_and_the_others_end() -> None:
    wanted = {("usb", 12), ("usb", 14), ("", 21)}

    assert difference(THERE, scope("usb"), wanted) == ([1, 6, 8, 9], {("usb", 14)})


def test_a_sensor_that_could_not_look_leaves_its_rows_in_force() -> None:
    wanted = {("", 26)}

    assert difference(THERE, scope("usb", looked=False), wanted) == ([4, 6, 8, 9], {("", 26)})


def test_a_full_report_starts_from_nothing() -> None:
    wanted = {("usb", 11), ("", 21)}

    assert difference(THERE, scope("usb", full=True), wanted) == ([2, 3, 5, 6, 8, 9], set())


def test_an_unchanged_report_from_another_address_ends_only_that_and_a_silence() -> None:
    wanted = {("", 27)}
    restated = frozenset({"egress.address"})

    assert difference(THERE, scope(restated=restated), wanted) == ([7, 8], {("", 27)})
