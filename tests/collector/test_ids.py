"""Ids of our own."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from collector.ids import uuid7

NOW = datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_seven() -> None:
    made = UUID(uuid7(NOW, lambda count: b"\xff" * count))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert str(made) == "019cadc6-9afb-7fff-bfff-ffffffffffff"


def test_what_came_later_sorts_later() -> None:
    earlier = uuid7(NOW, lambda count: b"\xff" * count)
    later = uuid7(NOW + timedelta(milliseconds=1), lambda count: b"\x00" * count)

    assert earlier < later
