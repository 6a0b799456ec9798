"""The rows that the collector itself writes about a host; their sensor is empty in the store."""

from wire.report import Ended
from wire.row import Row


class SensorOutcome(Row, frozen=True, tag="sensor.outcome"):
    """How a sensor's last run ended."""

    sensor: str
    ended: Ended
    why: str = ""


class Gap(Row, frozen=True, tag="report.gap"):
    """Reports are missing between these two numbers; true until the next report with rows."""

    after: int
    before: int


class Skew(Row, frozen=True, tag="report.skew"):
    """How far the laptop's clock is behind ours; negative when it is ahead."""

    seconds: int


class RefusedRow(Row, frozen=True, tag="report.refused"):
    """One row of the sensor's last run was refused alone."""

    sensor: str
    index: int
    why: str


class Epoch(Row, frozen=True, tag="report.epoch"):
    """The host began to count anew."""

    epoch: str
    previous: str


class Fork(Row, frozen=True, tag="report.fork"):
    """A report contradicted what is stored; true until the next report with rows.

    stored: the last number that was stored when it came.
    """

    epoch: str
    seq: int
    digest: str
    stored: int


class Silence(Row, frozen=True, tag="report.silence"):
    """The host has said nothing since this minute, while others did."""

    since: str


class Egress(Row, frozen=True, tag="egress.address"):
    """The address that the host's reports come from."""

    address: str


ROWS = (SensorOutcome, Gap, Skew, RefusedRow, Epoch, Fork, Silence, Egress)
"""All of them."""

KINDS = frozenset(str(row.__struct_config__.tag) for row in ROWS)
"""Kinds that no laptop may send."""
