"""What a report's number means, decided from values alone.

The collector keeps the epoch, the last number and its digest of each host. A report either is
that one, or follows it, or leaves a gap, or contradicts it. A contradiction means that two
machines sign with one key, or that one was set back to an earlier state.
"""

from typing import Literal, Protocol

import msgspec

Ruling = Literal["known", "next", "thinned", "gap", "forked"]
"""known: stored already. next: it follows. thinned: it replaces all that is between. gap: reports
are missing before it. forked: it contradicts what is stored."""


class Place(msgspec.Struct, frozen=True):
    """Where a report stands in its epoch; for a host without reports, epoch is empty, seq 0."""

    epoch: str
    seq: int
    digest: str


class Past(Protocol):
    """What the store knows of earlier reports of the host; asked only in doubt."""

    def has(self, report: Place) -> bool:
        """Whether this very report was stored once."""

    def left(self, epoch: str) -> bool:
        """Whether the host reported in this epoch before it began the present one."""


def rule(stored: Place, report: Place, prev: str, replaces: int, past: Past) -> Ruling:
    """The ruling on a report: `prev` and the number of digests it `replaces` are its own words."""
    if report.epoch != stored.epoch:
        return _another_epoch(stored, report, replaces, past)
    if report.seq > stored.seq + 1:
        return "thinned" if replaces >= report.seq - stored.seq else "gap"
    if report.seq == stored.seq + 1:
        return "next" if prev == stored.digest else "forked"
    if report == stored or past.has(report):
        return "known"
    return "forked"


def _another_epoch(stored: Place, report: Place, replaces: int, past: Past) -> Ruling:
    if stored.epoch and past.has(report):
        return "known"
    if stored.epoch and past.left(report.epoch):
        return "forked"
    if report.seq == 1:
        return "next"
    return "thinned" if replaces >= report.seq else "gap"
