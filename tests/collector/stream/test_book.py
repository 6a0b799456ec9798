"""The policy at a number of the journal."""

from collector.policy import Policy
from collector.stream.book import Book
from tests.collector.farm import Farm


def test_a_policy_is_in_force_from_its_own_entry_on() -> None:
    farm, book = Farm(), Book()
    farm.enrol(1)
    farm.policy("silent_days: 4")
    farm.enrol(2)
    farm.policy("silent_days: 5")
    days = [book.at(farm.connection, n).silent_days for n in range(1, 6)]
    assert days == [3, 4, 4, 5, 5]


def test_before_the_first_version_the_policy_is_the_one_we_ship() -> None:
    assert Book().at(Farm().connection, 9) == Policy()
