"""The rows of the power sensor."""

from typing import Literal

from wire.row import Row

Share = Literal["0", "1-25", "26-50", "51-75", "76-99", "100", "unknown"]
"""Percent of the day's samples, which are taken only while the machine is awake."""

Sleeps = Literal["0", "1-3", "4+", "unknown"]


class Day(Row, frozen=True, tag="power.day"):
    """One UTC day that has ended, in buckets too coarse to tell a habit from."""

    day: str
    lid_closed: Share
    on_mains: Share
    sleeps: Sleeps
