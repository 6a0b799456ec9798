"""What /openapi.json says of the agents' calls, which are answered before this application."""

from typing import Any

import msgspec

from wire.enrolment import Grant
from wire.envelope import Envelope
from wire.reply import Problem, Reply

_TEMPLATE = "#/components/schemas/{name}"
_SIGNED = (
    "a DSSE envelope (payload type application/vnd.farmwatch.{kind}+json), signed by the "
    "laptop's Ed25519 key"
)
_PROBLEMS = {
    "400": "Malformed: `place` names the field, `index` the line.",
    "401": "Unauthenticated, unknown host, revoked, or a token that is refused.",
    "409": "Forked: that number is stored with other content; `epoch`, `stored` and `digest` say "
    "where to go on.",
    "413": "Too large: a call is at most 1 MiB.",
    "503": "Busy: come back after `Retry-After` seconds.",
}


def paths() -> dict[str, Any]:
    """The paths of the agents' calls."""
    return {
        "/v1/enrolments": _call(
            "Become a host, or be readmitted with the receipt of an earlier enrolment.",
            "application/json", _SIGNED.format(kind="enrolment"),
            {"201": ("Enrolled.", "Grant")}, ("400", "401", "413", "503"),
        ),
        "/v1/reports": _call(
            "Send reports, one signed envelope a line, oldest first; the reply carries what the "
            "agent should know. Those before the first refused one are stored.",
            "application/x-ndjson", "JSON lines, each " + _SIGNED.format(kind="report"),
            {"200": ("All were known.", "Reply"), "202": ("At least one was new.", "Reply")},
            ("400", "401", "409", "413", "503"),
        ),
        "/v1/answers": _call(
            "Answer a question, once.", "application/json", _SIGNED.format(kind="answer"),
            {"200": ("Answered before.", None), "202": ("Stored.", None)},
            ("400", "401", "404", "413", "503"),
        ),
    }  # fmt: skip


def schemas() -> dict[str, Any]:
    """The schemas that those paths name."""
    _, found = msgspec.json.schema_components(
        (Envelope, Reply, Grant, Problem), ref_template=_TEMPLATE
    )
    return found


def _call(
    summary: str,
    media_type: str,
    body: str,
    answers: dict[str, tuple[str, str | None]],
    problems: tuple[str, ...],
) -> dict[str, Any]:
    responses = {status: _answer(words, schema) for status, (words, schema) in answers.items()}
    for status in problems:
        words = _PROBLEMS.get(status, "Nothing of that name.")
        responses[status] = {
            "description": words,
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    return {
        "post": {
            "tags": ["agent"],
            "summary": summary,
            "security": [],
            "requestBody": {
                "required": True,
                "description": body,
                "content": {media_type: {"schema": _ref("Envelope")}},
            },
            "responses": responses,
        }
    }


def _answer(words: str, schema: str | None) -> dict[str, Any]:
    if schema is None:
        return {"description": words}
    return {"description": words, "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _TEMPLATE.format(name=name)}
