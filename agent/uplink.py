"""The call to the collector: one table says what each answer means, one client carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal, TypeVar

from agent.cadence import LONGEST_WAIT_S
from agent.transport import Response, Transport
from wire.codec import WireError, decode
from wire.reply import PROBLEMS, Problem, Reply

Do = Literal["advance", "refuse", "stop", "present", "rebase", "wait", "back_off"]

LINES = "application/x-ndjson"
JSON = "application/json"
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """What the agent does after an answer, and what it says of it.

    advance: let go of what is stored. refuse: set the report at fault aside and go on. stop: never
    call again. present: show the receipt. rebase: go on from the collector's numbers. wait: as long
    as it asked. back_off: later and later, with jitter.
    """

    do: Do
    says: str = ""


ADVANCE = Step("advance")
STEPS: dict[tuple[int, str], Step] = {
    (200, ""): ADVANCE,
    (202, ""): ADVANCE,
    (400, ""): Step("refuse", "the collector cannot read a report"),
    (413, ""): Step("refuse", "a report is too large for the collector"),
    (422, ""): Step("refuse", "the collector cannot use a report"),
    (401, "revoked"): Step("stop", "this host was revoked: nothing more is sent"),
    (401, "unknown-host"): Step("present", "the collector does not know this host"),
    (401, ""): Step("back_off", "the collector does not accept our signature"),
    (409, ""): Step("rebase", "the collector has other numbers of this host"),
    (429, ""): Step("wait", "the collector asks to wait"),
    (503, ""): Step("wait", "the collector is busy"),
}
"""By status and type of problem; an empty type stands for all others of that status."""


def decide(status: int, problem: str = "") -> Step:
    """What an answer means: its status, and its type of problem when it is a problem of ours."""
    step = STEPS.get((status, problem)) or STEPS.get((status, ""))
    if step:
        return step
    if 300 <= status < 400:
        return Step("back_off", f"answered {status}: redirects are never followed")
    return Step("back_off", f"answered {status}")


@dataclass(frozen=True)
class Answered:
    """One answer of the collector, read.

    step: what to do. wait_s: what it asked for, 0 when it did not. offset_s: its clock less ours.
    """

    step: Step
    status: int
    reply: Reply | None = None
    problem: Problem | None = None
    wait_s: float = 0.0
    offset_s: float | None = None

    @property
    def says(self) -> str:
        """What happened in one line, with the collector's own words shortened and made plain."""
        detail = self.problem.detail or self.problem.title if self.problem else ""
        where = f" at {self.problem.place}" if self.problem and self.problem.place else ""
        told = f" ({plain(detail)}{plain(where)})" if detail or where else ""
        return self.step.says + told


@dataclass(frozen=True)
class Uplink:
    """The agent's calls; raises TransportFault when there is no answer."""

    transport: Transport
    now: Callable[[], datetime]

    def reports(self, body: bytes) -> Answered:
        """Sends reports, JSON lines of envelopes, oldest first."""
        return self._post("/v1/reports", LINES, body)

    def answer(self, body: bytes) -> Answered:
        """Sends the answer to one question."""
        return self._post("/v1/answers", JSON, body)

    def enrolment(self, body: bytes) -> Response:
        """Asks to be enrolled, or readmitted."""
        return self.transport.ask("POST", "/v1/enrolments", self._headers(JSON), body)

    def policy(self, etag: str) -> Response:
        """Asks for the policy of that name."""
        return self.transport.ask("GET", f"/v1/policies/{etag}", self._headers(""), b"")

    def ready(self) -> Response:
        """Asks whether the collector is ready."""
        return self.transport.ask("GET", "/readyz", self._headers(""), b"")

    def close(self) -> None:
        """Ends the connection; the next call makes another."""
        self.transport.close()

    def _post(self, path: str, kind: str, body: bytes) -> Answered:
        sent = self.now()
        response = self.transport.ask("POST", path, self._headers(kind), body)
        return read(response, sent)

    def _headers(self, kind: str) -> dict[str, str]:
        headers = {"Date": http_date(self.now()), "User-Agent": "farmwatch-agent"}
        return headers | ({"Content-Type": kind} if kind else {})


def read(response: Response, now: datetime) -> Answered:
    """An answer with what it means; one that is not ours is taken by its status alone."""
    good = response.status in (200, 202)
    reply = _decoded(response, Reply) if good and response.body.strip() else None
    problem = None if good else _decoded(response, Problem)
    word = problem.type.removeprefix(PROBLEMS) if problem else ""
    return Answered(
        step=decide(response.status, word),
        status=response.status,
        reply=reply,
        problem=problem,
        wait_s=_wait(response.headers.get("retry-after", ""), now),
        offset_s=_offset(response.headers.get("date", ""), now),
    )


def http_date(at: datetime) -> str:
    """A moment as RFC 9110 writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def plain(text: str, longest: int = 200) -> str:
    """Somebody else's text made safe for a terminal and a log: printable, one line, short."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return printable if len(printable) <= longest else printable[: longest - 1] + "…"


def _decoded(response: Response, kind: type[T]) -> T | None:
    try:
        return decode(response.body, kind)
    except WireError:
        return None


def _wait(text: str, now: datetime) -> float:
    """Seconds that a Retry-After asks for, at most an hour: `120` or an HTTP date."""
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT_S)
    at = _moment(text)
    return min(max(0.0, (at - now).total_seconds()), LONGEST_WAIT_S) if at else 0.0


def _offset(text: str, now: datetime) -> float | None:
    """The collector's clock less ours; a date has whole seconds, so one more or less is none."""
    at = _moment(text)
    if at is None:
        return None
    offset = float(int(at.timestamp()) - int(now.timestamp()))
    return offset if abs(offset) > 1 else 0.0


def _moment(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
