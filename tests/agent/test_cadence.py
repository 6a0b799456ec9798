import pytest

from agent.cadence import Cadence, back_off


def test_a_change_is_reported_after_two_seconds() -> None:
    assert Cadence().due(100.0) == 102.0


def test_three_changes_may_follow_each_other_the_fourth_waits_15_seconds() -> None:
    cadence = Cadence().spent(0.0).spent(3.0).spent(6.0)
    assert cadence.due(7.0) == 21.0


def test_steady_change_is_reported_every_15_seconds() -> None:
    cadence = Cadence().spent(0.0).spent(3.0).spent(6.0)
    times: list[float] = []
    for _ in range(4):
        times.append(cadence.due(times[-1] if times else 6.0))
        cadence = cadence.spent(times[-1])
    assert times == [21.0, 36.0, 51.0, 66.0]


def test_after_a_quiet_while_a_burst_is_free_again() -> None:
    cadence = Cadence().spent(0.0).spent(3.0).spent(6.0)
    assert cadence.due(60.0) == 62.0


@pytest.mark.parametrize(
    ("failures", "longest"), [(0, 60), (1, 120), (3, 480), (4, 900), (500, 900)]
)
def test_failures_wait_anything_from_30_seconds_to_a_growing_limit(
    failures: int, longest: float
) -> None:
    assert back_off(failures, min) == 30
    assert back_off(failures, max) == longest
