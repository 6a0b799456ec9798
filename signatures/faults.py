"""The ways in which a signature file can be wrong: one class each, all told at once.

Faults             raised by the loader, carries every fault of every file
Fault              one of them, a value: file, line, what
  Unreadable       not a file we may read, or not YAML
  WrongShape       a list where a map is due, and so on
  UnknownKey       a key that no signature has
  MissingKey       a key that every signature has
  DuplicateKey     a key given twice in one map
  WrongWord        a word outside the fixed list for its place
  WrongId          an id that is not its family and file name
  DuplicateId      two files with one id
  UnknownKind      a trace that no sensor makes
  UnknownField     a field that its trace does not have
  BadPattern       a value that cannot be compared that way, or might be slow
  MissingReference no reference to where it was learnt
  MissingExample   not one example of a match, or not one of a miss
  MissedMatch      an example of a match that does not match, or not as strongly as it says
  MatchedMiss      an example of a miss that matches
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault, with its place."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class Unreadable(Fault):
    """Not a file we may read, or not YAML."""


class WrongShape(Fault):
    """A list where a map is due, and so on."""


class UnknownKey(Fault):
    """A key that no signature has."""


class MissingKey(Fault):
    """A key that every signature has."""


class DuplicateKey(Fault):
    """A key given twice in one map."""


class WrongWord(Fault):
    """A word outside the fixed list for its place."""


class WrongId(Fault):
    """An id that is not its family and file name."""


class DuplicateId(Fault):
    """Two files with one id."""


class UnknownKind(Fault):
    """A trace that no sensor makes."""


class UnknownField(Fault):
    """A field that its trace does not have."""


class BadPattern(Fault):
    """A value that cannot be compared that way, or might be slow."""


class MissingReference(Fault):
    """No reference to where it was learnt."""


class MissingExample(Fault):
    """Not one example of a match, or not one of a miss."""


class MissedMatch(Fault):
    """An example of a match that does not match, or not as strongly as it says."""


class MatchedMiss(Fault):
    """An example of a miss that matches."""


class Faults(Exception):
    """Every fault of every file, ordered by place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda each: (each.file, each.line, each.what)))
        super().__init__("\n".join(map(str, self.faults)))
