"""What is in force: each sensor's last outcome with its rows, and how two such states differ.

The collector keeps the same state; both sides compare it by one digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from wire.digest import sensor_digest, state_digest
from wire.report import Outcome

KEPT = ("denied", "failed")
"""Not having looked is no evidence of absence: these leave the last known rows in force."""


@dataclass(frozen=True)
class Held:
    """One sensor's last outcome with the rows in force, also where it could not look again."""

    outcome: Outcome
    digest: str


State = Mapping[str, Held]

_outcomes = msgspec.json.Decoder(tuple[Outcome, ...])


def held(outcome: Outcome) -> Held:
    """An outcome with its rows, in the one order that makes equal states equal bytes."""
    rows = tuple(sorted(bytes(row) for row in outcome.rows))
    ordered = msgspec.structs.replace(outcome, rows=tuple(msgspec.Raw(row) for row in rows))
    return Held(ordered, sensor_digest(outcome.sensor, outcome.ended, outcome.why, rows))


def hold(before: Held | None, outcome: Outcome) -> Held:
    """What is in force after an outcome, given what was before."""
    if outcome.ended not in KEPT:
        return held(outcome)
    rows = before.outcome.rows if before else ()
    return held(msgspec.structs.replace(outcome, rows=rows))


def digest_of(state: State) -> str:
    """The digest over all sensors."""
    return state_digest({name: one.digest for name, one in state.items()})


def changed(before: State, after: State) -> tuple[str, ...]:
    """The sensors whose outcome or rows differ, by name."""
    return tuple(
        sorted(
            name
            for name in before.keys() | after.keys()
            if name not in before or name not in after or before[name].digest != after[name].digest
        )
    )


def difference(before: State, after: State) -> tuple[Outcome, ...]:
    """What a report says to lead to the second state, which has every sensor of the first."""
    return tuple(
        outcome
        for name in changed(before, after)
        for outcome in _told(before.get(name), after[name])
    )


def whole(after: State) -> tuple[Outcome, ...]:
    """What a full report says."""
    return difference({}, after)


def save(state: State) -> bytes:
    """The state as JSON."""
    return msgspec.json.encode(tuple(state[name].outcome for name in sorted(state)))


def restore(data: bytes) -> dict[str, Held]:
    """The state from its JSON; raises msgspec.DecodeError when it is none."""
    return {outcome.sensor: held(outcome) for outcome in _outcomes.decode(data)}


def _told(before: Held | None, after: Held) -> tuple[Outcome, ...]:
    outcome = after.outcome
    if outcome.ended not in KEPT:
        return (outcome,)
    bare = msgspec.structs.replace(outcome, rows=())
    if outcome.rows == (before.outcome.rows if before else ()):
        return (bare,)
    return (Outcome(sensor=outcome.sensor, ended="ok", rows=outcome.rows), bare)
