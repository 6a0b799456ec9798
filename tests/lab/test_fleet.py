"""The simulated fleet is the size that the budgets speak of."""

from random import Random

from lab.fleet import change, furnish
from lab.laptops import Laptop


def test_a_first_report_has_a_hundred_rows() -> None:
    laptop = Laptop.seeded(1, 1)
    furnish(laptop, Random(1))

    assert sum(len(rows) for _, _, rows in laptop.sensors.values()) == 100


def test_a_change_replaces_two_of_ten_rows() -> None:
    laptop = Laptop.seeded(1, 1)
    furnish(laptop, Random(1))
    _, _, before = laptop.sensors["usb"]

    change(laptop, Random(2))

    _, _, after = laptop.sensors["usb"]
    assert (len(after), len(set(after) - set(before))) == (10, 2)
