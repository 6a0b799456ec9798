"""Counts of samples by day and value, kept in one small file so that a day survives a restart."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

DAYS = 15

Days = dict[str, dict[str, int]]


def counted(days: Mapping[str, Mapping[str, int]], today: date, value: str) -> Days:
    """The days with one more sample of today, and without those that are too old."""
    oldest = (today - timedelta(days=DAYS - 1)).isoformat()
    kept = {day: dict(values) for day, values in days.items() if oldest <= day}
    values = kept.setdefault(today.isoformat(), {})
    values[value] = values.get(value, 0) + 1
    return {day: kept[day] for day in sorted(kept)}


class Tallies:
    """All tallies of one agent; the file is replaced whole, so it is never half written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tallies = _kept(path)

    def count(self, what: str, value: str, now: datetime) -> Days:
        """One more sample of today (UTC)."""
        today = now.astimezone(UTC).date()
        days = counted(self._tallies.get(what, {}), today, value)
        self._tallies[what] = days
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._tallies))
        new.replace(self._path)
        return days


def _kept(path: Path) -> dict[str, Days]:
    """What an earlier run left; a file that cannot be understood is begun anew."""
    try:
        tallies = json.loads(path.read_text())
        return {
            str(what): {
                str(day): {str(value): int(n) for value, n in values.items()}
                for day, values in days.items()
            }
            for what, days in tallies.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
