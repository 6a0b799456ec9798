"""What could not be delivered or read: kept for 30 days, counted, never dropped in silence."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.disk import Disk, store

FOLDER = "refused"
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Refused:
    """The folder of what was set aside, one file each, named by the day and by what it is."""

    disk: Disk

    def add(self, name: str, content: bytes, at: int) -> None:
        """Sets something aside; the same name on the same day is one file."""
        self.disk.make(FOLDER)
        self.disk.sync("")
        store(self.disk, f"{FOLDER}/{_day(at)}-{name}", content)

    def count(self) -> int:
        """How many there are."""
        return len(self.disk.names(FOLDER))

    def purge(self, at: int) -> None:
        """Removes what is older than 30 days."""
        oldest = _day(at - int(KEPT.total_seconds()))
        for name in self.disk.names(FOLDER):
            if name[:10] < oldest:
                self.disk.remove(f"{FOLDER}/{name}")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
