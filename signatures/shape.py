"""The shape of a signature: frozen, as written in YAML and as carried in pack.json."""

from typing import Literal, get_args

import msgspec

from signatures.hit import Role, Strength

How = Literal["is", "contains", "startswith", "endswith", "re", "glob"]
Certainty = Literal["read", "reported", "recalled"]
"""read in the source that is named, reported by somebody there, or recalled without a source."""
Os = Literal["linux", "macos", "windows"]
SessionShows = Literal["accepted_connection", "process", "log", "byte_rate", "unknown"]
UnattendedShows = Literal["always", "file", "unknown"]

HOWS: tuple[How, ...] = get_args(How)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
SYSTEMS: tuple[Os, ...] = get_args(Os)
SESSIONS: tuple[SessionShows, ...] = get_args(SessionShows)
UNATTENDED: tuple[UnattendedShows, ...] = get_args(UnattendedShows)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""From the strongest to the weakest."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a signature."""


class Condition(Shape, frozen=True, kw_only=True):
    """One field compared with values of which any one suffices."""

    field: str
    how: How = "is"
    values: tuple[str, ...]


class Indicator(Shape, frozen=True, kw_only=True):
    """Conditions on one trace that must all hold, and how much it means when they do.

    os: where it is looked for, everywhere when empty. ground: our words for it, when the fields
    and values do not say enough.
    """

    kind: str
    conditions: tuple[Condition, ...]
    strength: Strength
    certainty: Certainty
    os: tuple[Os, ...] = ()
    ground: str = ""


class Session(Shape, frozen=True, kw_only=True):
    """How it shows that somebody is connected.

    accepted_connection: on a port the tool listens on; `ports` are the usual ones. process: one
    meets all conditions of `process`, and lives only during a session. log: a line in `logs`.
    """

    shows: SessionShows = "unknown"
    ports: tuple[int, ...] = ()
    process: tuple[Condition, ...] = ()
    logs: tuple[str, ...] = ()
    certainty: Certainty = "recalled"
    reference: str = ""


class Unattended(Shape, frozen=True, kw_only=True):
    """How it shows that the tool lets somebody in with nobody at the keyboard.

    always: while it runs. file: one of `files` is there and, if `line` is given, has a line that
    begins with it and goes on with more than quotes (see `set_by`).
    """

    shows: UnattendedShows = "unknown"
    files: tuple[str, ...] = ()
    line: str = ""
    certainty: Certainty = "recalled"
    reference: str = ""

    def set_by(self, text: str) -> bool:
        """Whether the text of one of `files` says that unattended access is set up."""
        lines = (line.strip() for line in text.splitlines())
        return not self.line or any(
            line.startswith(self.line) and line[len(self.line) :].strip(" \t\"'") for line in lines
        )


class Example(Shape, frozen=True, kw_only=True):
    """One trace as somebody wrote it: what must match, how strongly, or must not match."""

    kind: str
    fields: dict[str, str | float | tuple[str, ...]]
    matches: bool
    strength: Strength | None = None


class Signature(Shape, frozen=True, kw_only=True):
    """What one tool or device is called, and how surely."""

    id: str
    name: str
    role: Role
    technique: str
    references: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    session: Session = Session()
    unattended: Unattended = Unattended()
    examples: tuple[Example, ...] = ()
