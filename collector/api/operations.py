"""/healthz, /readyz and /v1/echo: whether the collector works, and how it sees the caller."""

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given

from collector.api.access import OPEN, address_of
from collector.api.desk import Desk
from collector.store.database import StoreFault
from collector.store.listing import lag

WRITE_WITHIN_S = 5.0
BEHIND = 100_000
"""So many journal entries may wait to be judged; more, and the collector is not ready."""


@dataclass(frozen=True)
class Health:
    """The process answers."""

    status: str


@dataclass(frozen=True)
class Readiness:
    """Whether it does its work. lag: journal entries that wait to be judged."""

    ready: bool
    database: str
    lag: int | None


@dataclass(frozen=True)
class Echo:
    """The address that the caller has, as seen from here."""

    address: str


@get("/healthz", opt=OPEN, tags=["operations"])
async def healthz() -> Health:
    """Whether the process answers at all."""
    return Health("ok")


@get("/readyz", opt=OPEN, tags=["operations"])
async def readyz(desk: Given[Desk]) -> Response[Readiness]:
    """Whether the database can be written and judging keeps up; 503 when not."""
    try:
        await asyncio.wait_for(desk.database.write(lambda _: None), WRITE_WITHIN_S)
        behind = await desk.read(lag)
    except (StoreFault, TimeoutError) as error:
        why = str(error) or "does not answer"
        return Response(Readiness(ready=False, database=why, lag=None), status_code=503)
    ready = behind <= BEHIND
    return Response(
        Readiness(ready=ready, database="writable", lag=behind), status_code=200 if ready else 503
    )


@get("/v1/echo", opt=OPEN, tags=["agent"])
async def echo(request: Request[Any, Any, Any]) -> Echo:
    """What address the caller has."""
    return Echo(address_of(request))
