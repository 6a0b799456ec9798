"""A responder's question to one host, and the host's answer."""

import msgspec

from wire.report import Outcome


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A request to run one sensor now; it expires `expires_in_s` seconds after the reply."""

    id: str
    sensor: str
    expires_in_s: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the sensor said when asked; one for each question and host."""

    v: int
    question: str
    at: int
    outcome: Outcome
