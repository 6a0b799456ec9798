"""The view: all that a detector may know of a host at one entry of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, cast

from collector.detectors.reading import Reading, Seen
from collector.policy import Policy

R = TypeVar("R", bound=Reading)


@dataclass(frozen=True)
class View:
    """A host's rows as they stood at one journal entry, the entry's time, and the policy then.

    seen: by reading class, the rows in force and those that ended within policy's `window`,
    ordered by interval.
    """

    host: int
    at: datetime
    policy: Policy
    seen: Mapping[type[Reading], tuple[Seen[Reading], ...]] = field(default_factory=dict)

    def all(self, kind: type[R]) -> tuple[Seen[R], ...]:
        """The rows of one reading, ended ones too."""
        return cast("tuple[Seen[R], ...]", self.seen.get(kind, ()))

    def now(self, kind: type[R]) -> tuple[Seen[R], ...]:
        """The rows of one reading that are in force."""
        return tuple(seen for seen in self.all(kind) if seen.until is None)

    def lately(self, kind: type[R]) -> tuple[Seen[R], ...]:
        """The rows of one reading that are in force or ended within policy's `claim_days`."""
        oldest = self.at - timedelta(days=self.policy.claim_days)
        return tuple(seen for seen in self.all(kind) if seen.until is None or seen.until >= oldest)
