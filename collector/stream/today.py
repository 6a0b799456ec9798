"""What of the day bears on findings: how many were told, the cap, the baseline.

Read from the store once a day; the judge is the only one who writes findings, so it counts on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Connection

from collector.detectors.days import midnight
from collector.policy import Policy
from collector.store import judgements
from collector.store.times import millis, moment
from collector.verdicts.findings import Day, Finding


@dataclass
class _Counted:
    day: date
    zone: str
    hosts: int
    reviews: int
    surplus: bool


class Today:
    """Counts the findings of the day of the entries that pass by."""

    def __init__(self) -> None:
        self._counted: _Counted | None = None
        self._first: datetime | None = None

    def day(self, connection: Connection, at: datetime, policy: Policy) -> Day:
        """The day of an entry."""
        counted = self._count(connection, at, policy)
        return Day(
            reviews=counted.reviews,
            cap=policy.caps.review(counted.hosts),
            surplus=counted.surplus,
            baseline=self._baseline(connection, at, policy),
        )

    def add(self, finding: Finding) -> None:
        """Counts a finding of the day that was asked for last."""
        if self._counted is not None:
            self._counted.reviews += (finding.cause, finding.level) == ("entered", "review")
            self._counted.surplus |= finding.cause == "surplus"

    def forget(self) -> None:
        """What was counted was not written: it is read again."""
        self._counted = None

    def _baseline(self, connection: Connection, at: datetime, policy: Policy) -> bool:
        if self._first is None:
            first = judgements.first_enrolment(connection)
            self._first = None if first is None else moment(first)
        return policy.baseline.covers(at, self._first)

    def _count(self, connection: Connection, at: datetime, policy: Policy) -> _Counted:
        day = at.astimezone(policy.zone).date()
        counted = self._counted
        if counted is None or (counted.day, counted.zone) != (day, policy.timezone):
            begin = millis(midnight(day, policy.zone))
            told = judgements.told_since(connection, begin)
            counted = self._counted = _Counted(
                day=day,
                zone=policy.timezone,
                hosts=judgements.hosts_before(connection, begin),
                reviews=told.get(("entered", "review"), 0),
                surplus=("surplus", "review") in told,
            )
        return counted
