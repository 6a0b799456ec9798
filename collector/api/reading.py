"""Reads what the API and the pages show, the same for both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sqlite3 import Connection

from collector.api import documents
from collector.api.desk import Desk
from collector.api.documents import (
    LISTED,
    BlindSpots,
    HostDocument,
    HostLine,
    HostPage,
    QuestionDocument,
)
from collector.api.pages import cursor, place
from collector.api.problem import Refused
from collector.api.remembered import Remembered
from collector.policy import Policy
from collector.policy.page import parse
from collector.store import listing
from collector.store.listing import LEVELS, Held, Known
from collector.store.policies import latest
from collector.store.questions import of_host

UNJUDGED = "unjudged"
"""Comes after all levels in the list: hosts that wait for their first verdict."""
STAGES = {"": (*LEVELS, UNJUDGED), "unseen": ("unseen", UNJUDGED)}
"""What is listed one after the other, by the level that is asked for."""


@dataclass(frozen=True)
class Stop:
    """Where a page ended: in which stage of the list, after which host; in a search, which name."""

    stage: str
    n: int
    name: str = ""


Found = tuple[list[int], Stop | None]


class Reader:
    """Answers what the API and the pages ask of the store."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._counts = Remembered(lambda: desk.read(listing.counts))
        self._blind_spots = Remembered(lambda: desk.read(_blind_spots))

    async def hosts(
        self, level: str, q: str, after: str, limit: int, *, evidence: bool = True
    ) -> HostPage:
        """A page of the list, or of a search."""
        stop = place(after, Stop) if after else None

        def job(connection: Connection) -> HostPage:
            find = _search(connection, q, level, stop, limit) if q else None
            numbers, following = find or _list(connection, level, stop, limit)
            lines = self._lines(connection, numbers, evidence=evidence)
            return HostPage(hosts=lines, next=cursor(following) if following else None)

        return await self.desk.read(job)

    async def known(self, host_id: str) -> Known:
        """A host by its id; refused with 404 when there is none."""
        return await self.desk.read(lambda connection: _known(connection, host_id))

    async def host(self, host_id: str) -> HostDocument:
        """All there is to say about one host."""

        def job(connection: Connection) -> HostDocument:
            known = _known(connection, host_id)
            return documents.host_document(
                known,
                listing.in_force(connection, known.n),
                listing.held_by_id(connection, documents.quoted_intervals(known)),
                listing.claimed(connection, known.n),
                listing.gauges(connection, known.n),
                baseline=self._baseline(connection),
            )

        return await self.desk.read(job)

    async def rows(self, host_id: str, kind: str) -> Sequence[Held]:
        """A host's rows in force, of one kind or all."""
        return await self.desk.read(
            lambda connection: listing.in_force(connection, _known(connection, host_id).n, kind)
        )

    async def questions(self, host_id: str, limit: int) -> tuple[QuestionDocument, ...]:
        """The newest questions to one host and its answers."""
        now = self.desk.clock()

        def job(connection: Connection) -> tuple[QuestionDocument, ...]:
            asked = of_host(connection, _known(connection, host_id).n, limit)
            return tuple(documents.question_document([each], now) for each in asked)

        return await self.desk.read(job)

    async def counts(self) -> dict[str, int]:
        """How many hosts have each level."""
        return await self._counts.get()

    async def blind_spots(self) -> BlindSpots:
        """What we cannot see over all hosts, or over many that are spread evenly."""
        return await self._blind_spots.get()

    def _lines(
        self, connection: Connection, numbers: Sequence[int], *, evidence: bool
    ) -> tuple[HostLine, ...]:
        known = listing.known_by_numbers(connection, numbers)
        rows = listing.of_kinds(connection, numbers, LISTED)
        baseline = self._baseline(connection)
        return tuple(
            documents.host_line(known[n], rows.get(n, ()), baseline=baseline, evidence=evidence)
            for n in numbers
        )

    def _baseline(self, connection: Connection) -> bool:
        version = latest(connection)
        policy = _policy(version.text) if version else Policy()
        return policy.baseline.covers(self.desk.clock(), listing.first_enrolment(connection))


def _known(connection: Connection, host_id: str) -> Known:
    found = listing.known(connection, host_id)
    if found is None:
        raise Refused(404, f"no host has the id {host_id}", "id")
    return found


def _blind_spots(connection: Connection) -> BlindSpots:
    hosts, numbers = listing.spread(connection)
    rows = listing.of_kinds(connection, numbers, ("sensor.outcome",))
    return documents.blind_spots(hosts, len(numbers), rows.values())


def _list(connection: Connection, level: str, stop: Stop | None, limit: int) -> Found:
    stages = STAGES.get(level, (level,))
    if stop is not None and stop.stage not in stages:
        raise Refused(422, "not a cursor of this list", "cursor")
    left = stages[stages.index(stop.stage) :] if stop else stages
    found: list[Stop] = []
    for stage in left:
        after = stop.n if stop and stop.stage == stage else 0
        found += _stage(connection, stage, after, limit + 1 - len(found))
        if len(found) > limit:
            break
    return _page(found, limit)


def _stage(connection: Connection, stage: str, after: int, limit: int) -> Iterator[Stop]:
    if stage == UNJUDGED:
        numbers = listing.unjudged(connection, after, limit)
    else:
        numbers = listing.judged(connection, stage, after, limit)
    return (Stop(stage, n) for n in numbers)


def _search(connection: Connection, q: str, level: str, stop: Stop | None, limit: int) -> Found:
    exact = listing.exactly(connection, q, level, limit)
    after = (stop.name, stop.n) if stop else ("", 0)
    named = listing.named_like(connection, q, level, after, limit + 1)
    found = [] if stop else [Stop("", n) for n in exact]
    found += [Stop("", n, name) for name, n in named if n not in exact]
    return _page(found, limit)


def _page(found: list[Stop], limit: int) -> Found:
    numbers = [stop.n for stop in found[:limit]]
    return numbers, found[limit - 1] if len(found) > limit else None


@lru_cache(maxsize=4)
def _policy(text: str) -> Policy:
    return parse(text)
