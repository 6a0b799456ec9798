"""The seeded drive: the same bytes in each run, and reports that a collector takes."""

from lab.drive import HOSTS, Drive

AT = 1_772_442_000


def test_the_same_seed_sends_the_same_bytes() -> None:
    one, two = (list(Drive(7, AT, 40).calls()) for _ in range(2))

    assert one == two
    assert len(one) == HOSTS + 40


def test_another_seed_sends_others() -> None:
    assert list(Drive(7, AT, 5).calls()) != list(Drive(8, AT, 5).calls())


def test_a_longer_drive_begins_like_a_shorter_one() -> None:
    assert list(Drive(7, AT, 20).calls())[: HOSTS + 10] == list(Drive(7, AT, 10).calls())
