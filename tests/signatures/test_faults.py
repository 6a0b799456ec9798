"""Faults: values that say their place, told in order and once."""

from signatures.faults import Faults, UnknownKey, WrongWord


def test_a_fault_says_file_line_and_what() -> None:
    assert str(UnknownKey("kvm/x.yaml", 3, "no mood")) == "kvm/x.yaml:3: no mood"


def test_faults_are_told_by_place_and_each_once() -> None:
    late, early = WrongWord("kvm/x.yaml", 12, "b"), UnknownKey("kvm/x.yaml", 3, "a")
    assert Faults([late, early, late]).faults == (early, late)
    assert str(Faults([late, early])) == "kvm/x.yaml:3: a\nkvm/x.yaml:12: b"


def test_two_ways_to_be_wrong_are_two_faults() -> None:
    assert len({UnknownKey("x", 1, "a"), WrongWord("x", 1, "a")}) == 2
