"""/v1/policy for people, and /v1/policies/{etag} for agents, who get only their part, signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, put
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from collector.api.access import ADMIN, ANALYST, OPEN
from collector.api.desk import Desk
from collector.api.pages import tagged
from collector.api.problem import Fault, Refused
from collector.policies import Policies
from collector.policy.nodes import Faults
from collector.store.policies import Version, agent_part, latest


@dataclass(frozen=True)
class PolicyDocument:
    """A version of the policy. etag: of the whole; agent_etag: of the agents' part."""

    version: int
    at: datetime
    by: str
    etag: str
    agent_etag: str
    text: str


@get("/v1/policy", opt=ANALYST, tags=["administration"])
async def read_policy(
    request: Request[Any, Any, Any], desk: Given[Desk]
) -> Response[PolicyDocument]:
    """The policy in force."""
    found = await desk.read(latest)
    if found is None:
        raise Refused(404, "there is no policy yet")
    await desk.note(request.state.who, "read.policy", found.etag)
    return tagged(request, _document(found))


@put("/v1/policy", opt=ADMIN, tags=["administration"])
async def put_policy(
    request: Request[Any, Any, Any], desk: Given[Desk], policies: Given[Policies]
) -> PolicyDocument:
    """Puts a policy in force: the body is its YAML. All that is wrong with it is told at once."""
    who, now = request.state.who, desk.clock()
    try:
        draft = policies.draft((await request.body()).decode(), who.name)
    except UnicodeDecodeError as error:
        raise Refused(422, f"not UTF-8: {error}", "policy.yaml") from error
    except Faults as error:
        faults = tuple(map(_fault, error.faults))
        raise Refused(422, faults[0].why, faults[0].place, faults) from error
    version = await desk.change(
        lambda connection: policies.put(connection, draft, now),
        who,
        "policy.put",
        subject=lambda version: version.etag,
    )
    policies.apply(version)
    return _document(version)


@get("/v1/policies/{etag:str}", opt=OPEN, tags=["agent"])
async def read_agent_policy(desk: Given[Desk], etag: FromPath[str]) -> Response[bytes]:
    """The agents' part of a version, a signed DSSE envelope; its etag is the key to it."""
    found = await desk.read(lambda store: agent_part(store, etag))
    if found is None:
        raise Refused(404, "no policy has this etag", "etag")
    return Response(
        found,
        media_type="application/json",
        headers={"etag": f'"{etag}"', "cache-control": "private, max-age=31536000, immutable"},
    )


def _document(version: Version) -> PolicyDocument:
    return PolicyDocument(
        version.n, version.at, version.by, version.etag, version.agent_etag, version.text
    )


def _fault(fault: str) -> Fault:
    # policy.yaml:12: cadence.sense_s: must be a whole number
    name, line, why = fault.split(":", 2)
    return Fault(place=f"{name}:{line}", why=why.strip())
