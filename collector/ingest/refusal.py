"""A call, or a line of it, that is not taken: what went wrong, as the sender is told it.

Refusal      an answer other than success, with its problem type
"""

import re
from typing import Literal

from wire.codec import TooLarge, WireError
from wire.reply import PROBLEMS, Problem

Type = Literal[
    "malformed", "unauthenticated", "unknown-host", "revoked", "forked", "too-large", "busy",
    "refused-token", "not-found",
]  # fmt: skip

STATUS: dict[Type, int] = {
    "malformed": 400,
    "unauthenticated": 401,
    "unknown-host": 401,
    "revoked": 401,
    "refused-token": 401,
    "not-found": 404,
    "forked": 409,
    "too-large": 413,
    "busy": 503,
}
TITLE: dict[Type, str] = {
    "malformed": "the message cannot be read",
    "unauthenticated": "the signature does not fit",
    "unknown-host": "this key is not a host's",
    "revoked": "this host may no longer report",
    "refused-token": "this token or receipt does not enrol",
    "not-found": "there is no such thing",
    "forked": "another report with this number is stored",
    "too-large": "the message is too large",
    "busy": "come back later",
}


class Refusal(Exception):
    """An answer other than success; `seq` is the report's, when it could be read."""

    def __init__(
        self, type: Type, detail: str = "", place: str = "", seq: int | None = None
    ) -> None:
        super().__init__(f"{type}: {detail}")
        self.type = type
        self.detail = detail
        self.place = place
        self.seq = seq

    def problem(
        self,
        index: int | None = None,
        epoch: str = "",
        stored: int | None = None,
        digest: str = "",
    ) -> Problem:
        """The problem document, with what is known beside the refusal itself."""
        return Problem(
            type=PROBLEMS + self.type,
            title=TITLE[self.type],
            status=STATUS[self.type],
            detail=self.detail,
            place=self.place,
            index=index,
            seq=self.seq,
            epoch=epoch,
            stored=stored,
            digest=digest,
        )


# Object missing required field `payloadType`
MISSING = re.compile(r"missing required field `([^`]+)`")


def of_wire(error: WireError, seq: int | None = None) -> Refusal:
    """The refusal of a message that the codec could not take; it names the field."""
    kind: Type = "too-large" if isinstance(error, TooLarge) else "malformed"
    missing = MISSING.search(error.why)
    place = f"{error.place}.{missing[1]}" if missing else error.place
    return Refusal(kind, error.why, place, seq)
