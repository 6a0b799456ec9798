"""Times as the tables keep them: milliseconds since 1970 UTC, and back."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def millis(moment: datetime) -> int:
    """An aware time as the tables keep it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(millis: int) -> datetime:
    """A time from a table, UTC."""
    return _EPOCH + timedelta(milliseconds=millis)


def moment_or_none(millis: int | None) -> datetime | None:
    """A time from a table that may have none."""
    return None if millis is None else moment(millis)
