"""Each case of the numbering, one line each."""

from dataclasses import dataclass

import pytest

from collector.ingest.numbering import Place, rule


@dataclass
class Remembers:
    """A past with these digests and these epochs."""

    digests: frozenset[str] = frozenset()
    epochs: frozenset[str] = frozenset()

    def has(self, report: Place) -> bool:
        return report.digest in self.digests

    def left(self, epoch: str) -> bool:
        return epoch in self.epochs


NONE = Place("", 0, "")
AT_7 = Place("new", 7, "d7")
PAST = Remembers(frozenset({"d3", "o9"}), frozenset({"old"}))

# For each case: what is stored, the report, its prev, how many it replaces, and the ruling.
CASES = {
    "the first report": (NONE, Place("new", 1, "d1"), "", 0, "next"),
    "the first that comes is not the first": (NONE, Place("new", 4, "d4"), "d3", 0, "gap"),
    "the first that comes replaces all before": (NONE, Place("new", 4, "d4"), "", 4, "thinned"),
    "the first that comes replaces too few": (NONE, Place("new", 4, "d4"), "", 3, "gap"),
    "the same again": (AT_7, Place("new", 7, "d7"), "d6", 0, "known"),
    "the same number, other content": (AT_7, Place("new", 7, "x7"), "d6", 0, "forked"),
    "the next": (AT_7, Place("new", 8, "d8"), "d7", 0, "next"),
    "the next, after something else": (AT_7, Place("new", 8, "d8"), "x7", 0, "forked"),
    "the next, replacing one": (AT_7, Place("new", 8, "d8"), "d7", 1, "next"),
    "a jump": (AT_7, Place("new", 10, "d10"), "d9", 0, "gap"),
    "a jump that replaces what is between": (AT_7, Place("new", 10, "d10"), "", 3, "thinned"),
    "a jump that replaces what is stored too": (AT_7, Place("new", 10, "d10"), "", 5, "thinned"),
    "a jump that replaces too few": (AT_7, Place("new", 10, "d10"), "", 2, "gap"),
    "a lower one that is remembered": (AT_7, Place("new", 3, "d3"), "d2", 0, "known"),
    "a lower one with other content": (AT_7, Place("new", 3, "x3"), "d2", 0, "forked"),
    "a new epoch": (AT_7, Place("newer", 1, "n1"), "", 0, "next"),
    "a new epoch from its middle": (AT_7, Place("newer", 5, "n5"), "n4", 0, "gap"),
    "a new epoch, thinned": (AT_7, Place("newer", 5, "n5"), "", 5, "thinned"),
    "an epoch that was left": (AT_7, Place("old", 10, "o10"), "o9", 0, "forked"),
    "a remembered report of an epoch that was left": (
        AT_7, Place("old", 9, "o9"), "o8", 0, "known",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_its_ruling(name: str) -> None:
    stored, report, prev, replaces, expected = CASES[name]

    assert rule(stored, report, prev, replaces, PAST) == expected
