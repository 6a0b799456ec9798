"""What the collector says back to a report, and how it says no (RFC 9457)."""

import msgspec

from wire.question import Question

PROBLEMS = "urn:farmwatch:problem:"
"""Problem types are this prefix and one of the words below."""


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row that was refused alone; the rest of its report was stored."""

    seq: int
    sensor: str
    index: int
    why: str


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a call with reports.

    accepted: reports of this call now stored for the first time. stored: the highest seq of
    `epoch` that is stored. policy, pack: etags of what the agent should have. want: send a full
    report next.
    """

    accepted: int
    epoch: str
    stored: int
    next_report_s: int
    policy: str = ""
    pack: str = ""
    want: bool = False
    questions: tuple[Question, ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document, application/problem+json.

    type: `urn:farmwatch:problem:` and one of malformed, unauthenticated, unknown-host, revoked,
    forked, too-large, busy, refused-token, not-found. place: the field or line at fault.
    epoch, stored, digest: what the collector has of this host, so that the agent can go on.
    seq: the report at fault, when its number could be read. index: its line in the call, from 0.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    place: str = ""
    index: int | None = None
    seq: int | None = None
    epoch: str = ""
    stored: int | None = None
    digest: str = ""
