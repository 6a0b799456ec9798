"""POST /v1/questions and GET /v1/questions/{id}: a sensor is asked for now, nothing else can be."""

from dataclasses import dataclass
from datetime import timedelta
from sqlite3 import Connection
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from collector.api.access import RESPONDER
from collector.api.desk import Desk
from collector.api.documents import QuestionDocument, question_document
from collector.api.problem import Fault, Refused
from collector.ids import uuid7
from collector.policies import Policies
from collector.policy.sensors import OFF, ON
from collector.questions.offers import OpenQuestions
from collector.store.hosts import host_with_id
from collector.store.questions import Asking, of_question, put

MOST_HOSTS = 500
SENSORS = ON | OFF


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked: hosts by their ids, a sensor, why, and for how long the question stands."""

    hosts: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_HOSTS)]
    sensor: Annotated[str, msgspec.Meta(max_length=64)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    expires_in_s: Annotated[int, msgspec.Meta(ge=10, le=30 * 86_400)] = 86_400


@dataclass(frozen=True)
class Answered:
    """The new question's id, and how soon it reaches its hosts: within next_report_s, by policy."""

    id: str
    sensor: str
    hosts: tuple[str, ...]
    reachability: Literal["next_report", "standing"]
    next_report_s: int
    expires_in_s: int


@post("/v1/questions", opt=RESPONDER, tags=["responder"], status_code=201)
async def ask(
    request: Request[Any, Any, Any],
    desk: Given[Desk],
    questions: Given[OpenQuestions],
    policies: Given[Policies],
    data: JSONBody[Asked],
) -> Answered:
    """Asks hosts to run one sensor now; each answers once, when it next reports."""
    if data.sensor not in SENSORS:
        raise Refused(422, f"no sensor is called {data.sensor!r}", "sensor")
    who, now = request.state.who, desk.clock()
    hosts = tuple(dict.fromkeys(data.hosts))
    asking = Asking(
        id=uuid7(now, desk.random),
        at=now,
        by=who.name,
        role=who.role.name,
        sensor=data.sensor,
        reason=data.reason,
        expires_at=now + timedelta(seconds=data.expires_in_s),
    )

    def keep(connection: Connection) -> list[int]:
        numbers = _numbers(connection, hosts)
        put(connection, asking, numbers)
        return numbers

    numbers = await desk.change(
        keep,
        who,
        "ask",
        subject=lambda _: asking.id,
        detail=f"{data.sensor}: {', '.join(hosts)}",
    )
    questions.ask(asking, numbers)
    return Answered(
        id=asking.id,
        sensor=data.sensor,
        hosts=hosts,
        reachability="next_report",
        next_report_s=policies.terms.next_report_s,
        expires_in_s=data.expires_in_s,
    )


@get("/v1/questions/{id:str}", opt=RESPONDER, tags=["responder"])
async def read_question(
    request: Request[Any, Any, Any], desk: Given[Desk], id: FromPath[str]
) -> QuestionDocument:
    """How far a question has come with each host, and what was answered."""
    found = await desk.read(lambda store: of_question(store, id))
    if not found:
        raise Refused(404, f"no question has the id {id}", "id")
    await desk.note(request.state.who, "read.question", id)
    return question_document(found, desk.clock())


def _numbers(connection: Connection, hosts: tuple[str, ...]) -> list[int]:
    found = [host_with_id(connection, host) for host in hosts]
    faults = [
        Fault(place=f"hosts[{index}]", why="no host has this id" if host is None else "is revoked")
        for index, host in enumerate(found)
        if host is None or host.revoked
    ]
    if faults:
        raise Refused(422, faults[0].why, faults[0].place, faults)
    return [host.n for host in found if host is not None]
