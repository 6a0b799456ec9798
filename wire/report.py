"""The report: one signed message of an agent, differing from the one before it in its epoch."""

from typing import Literal

import msgspec

Ended = Literal["ok", "nothing", "denied", "failed", "off"]
"""How a sensor's run ended. An empty list of rows never stands for one of the last four."""

VERSION = 1


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one sensor's run ended, and all its rows.

    `ok`, `nothing` and `off` replace the sensor's rows; `denied` and `failed` carry none and
    leave the last known ones in force, since not having looked is no evidence of absence.

    In one report a sensor may stand twice, to be taken in order: its last known rows first, then
    `denied` or `failed`. So a full, merged or late report still says both.
    """

    sensor: str
    ended: Ended
    why: str = ""
    rows: tuple[msgspec.Raw, ...] = ()


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """A value that drifts by itself, rounded; it never makes a report changed."""

    name: str
    value: float


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of an agent, numbered in its epoch.

    epoch: 16 random bytes, base64url, made with the spool. seq: from 1. prev: digest of the
    payload before it in the epoch, empty for the first. state: digest over all outcomes and
    rows in force. at: Unix seconds by the laptop's clock. full: `outcomes` lists every sensor and
    starts from nothing: what was in force and is not listed again has ended.
    replaces: digests of the reports that thinning replaced by this one, oldest first.
    """

    v: int
    epoch: str
    seq: int
    prev: str = ""
    state: str
    at: int
    full: bool = False
    outcomes: tuple[Outcome, ...] = ()
    gauges: tuple[Gauge, ...] = ()
    questions_seen: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it carries any sensor's rows."""
        return bool(self.outcomes)
