"""The rows of the clock sensor."""

from typing import Literal

from wire.row import Row


class Zone(Row, frozen=True, tag="clock.zone"):
    """The time zone: its IANA name (empty when unknown) and what it is ahead of UTC today.

    manual: whether a person set it, as against the machine following its place.
    """

    zone: str
    offset_min: int
    manual: Literal["yes", "no", "unknown"]
