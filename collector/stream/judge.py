"""The judge: after its cursor it takes the journal's entries in order, and judges each alone.

An entry is judged as of its own number, from rows that began at or before it and had not ended by
it, with the policy that was in force then. Claims, verdict, findings and the cursor are written in
one transaction. So what comes out depends on the journal alone: not on how many entries were taken
together, nor on when the process was killed. Waking it is only a hint.

A tick judges the hosts that are due by then, a new policy judges all. Both may be many: they are
written in parts, and the cursor passes the entry with the last one. Whoever was judged before a
kill is judged again to the same end, and then nothing is written.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from sqlite3 import Connection

import msgspec

from collector.detectors import Claim
from collector.policy import Policy
from collector.store import judgements
from collector.store.database import StoreFault
from collector.store.judgements import (
    Change,
    Entry,
    NewClaim,
    NewFinding,
    NewVerdict,
    Rows,
    Standing,
)
from collector.store.times import millis, moment
from collector.stream import Store
from collector.stream.book import Book
from collector.stream.judging import Judged, Panel
from collector.stream.today import Today
from collector.stream.views import Views, as_of
from collector.verdicts import verdict as documents
from collector.verdicts.findings import TOLD, Finding, arise, tell
from collector.verdicts.verdict import Verdict

SLICE = 256
SLICE_S = 0.020
IDLE_S = 1.0
LINGER_S = 0.05
"""After a hint, more entries are let come: a slice costs a transaction, however small it is."""

_encode = msgspec.json.Encoder().encode
_claim = msgspec.json.Decoder(Claim).decode
_verdict = lru_cache(maxsize=1024)(documents.decode)


@dataclass
class _Slice:
    """Entries judged together, and how their hosts stand after them."""

    changes: list[Change] = field(default_factory=list)
    standing: dict[int, Standing] = field(default_factory=dict)
    judged_to: int | None = None


class Judge:
    """Judges what is in the journal; `run` until it is cancelled, or `catch_up` once.

    Counted since the start: raised, how often each detector did; judged, how many judgements;
    passed, how many entries changed nothing that is read; stalled, how often the store refused.
    """

    def __init__(
        self,
        store: Store,
        panel: Panel,
        *,
        slice_entries: int = SLICE,
        slice_s: float = SLICE_S,
        linger_s: float = LINGER_S,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store = store
        self._panel = panel
        self._views = Views(panel.readings)
        self._rows = Rows(self._views.kinds)
        self._book = Book()
        self._today = Today()
        self._slice_entries = slice_entries
        self._slice_s = slice_s
        self._linger_s = linger_s
        self._timer = timer
        self._hint = asyncio.Event()
        self.raised: Counter[str] = Counter()
        self.judged = 0
        self.passed = 0
        self.stalled = 0

    @property
    def unreadable(self) -> int:
        """How many rows some reading could not decode."""
        return self._views.unreadable

    def wake(self) -> None:
        """Hints that the journal has grown; to be called in the event loop."""
        self._hint.set()

    async def run(self) -> None:
        """Judges for ever."""
        while True:
            await asyncio.sleep(self._linger_s)
            self._hint.clear()
            try:
                await self.catch_up()
            except StoreFault:  # a full disk, say: what was not judged is still in the journal
                self.stalled += 1
            with suppress(TimeoutError):
                # not wait_for: before Python 3.12 it swallows a cancellation that meets the hint
                async with asyncio.timeout(IDLE_S):
                    await self._hint.wait()

    async def catch_up(self) -> None:
        """Judges all that is in the journal now."""
        while await self.step():  # noqa: ASYNC110 -- it lets ingest go first, and waits for nothing
            await asyncio.sleep(0)

    async def step(self) -> bool:
        """Judges the next few entries; whether there were any."""
        with self._store.reading() as connection:
            after = judgements.judged_to(connection)
            entries = judgements.entries(connection, after, self._slice_entries)
            if not entries:
                return False
            together = _Slice()
            if entries[0].host is not None:
                self._take(connection, entries, together)
        if entries[0].host is None:
            await self._many(entries[0])
        else:
            await self._write(together)
        return True

    def _take(self, connection: Connection, entries: list[Entry], into: _Slice) -> None:
        started = self._timer()
        policy = self._book.at(connection, entries[0].n)  # a new one would be an entry of its own
        for entry in entries:
            if entry.host is None or (
                into.judged_to is not None and self._timer() - started > self._slice_s
            ):
                return
            self._host(connection, entry, entry.host, policy, into)
            into.judged_to = entry.n

    async def _many(self, entry: Entry) -> None:
        """A tick or a new policy: many hosts, as of this entry."""
        after = 0
        while True:
            with self._store.reading() as connection:
                hosts = self._concerned(connection, entry, after)
                policy = self._book.at(connection, entry.n)
                part, started = _Slice(), self._timer()
                for host in hosts:
                    self._host(connection, entry, host, policy, part)
                    after = host
                    if self._timer() - started > self._slice_s:
                        break
            if len(hosts) < self._slice_entries and after == (hosts[-1] if hosts else after):
                part.judged_to = entry.n
            await self._write(part)
            if part.judged_to is not None:
                return
            await asyncio.sleep(0)

    def _concerned(self, connection: Connection, entry: Entry, after: int) -> list[int]:
        if entry.cause == "policy":
            return judgements.hosts_after(connection, after, self._slice_entries)
        return judgements.due_hosts(connection, entry.at, self._slice_entries)

    async def _write(self, judged: _Slice) -> None:
        try:
            await self._store.write(
                partial(judgements.apply, changes=judged.changes, judged_to=judged.judged_to)
            )
        except BaseException:
            self._today.forget()
            raise

    def _host(
        self, connection: Connection, entry: Entry, host: int, policy: Policy, into: _Slice
    ) -> None:
        standing = into.standing.get(host)
        if standing is None:
            standing = into.standing[host] = judgements.standing(connection, host)
        if self._as_before(connection, entry, host, standing):
            self.passed += 1
            return
        judged = self._judge(connection, entry, host, policy, standing)
        self.judged += 1
        self.raised.update(raised.detector for raised in judged.verdict.raised)
        change = Change(entry, host)
        self._claims(judged, standing, change)
        self._verdict(connection, judged.verdict, policy, standing, change)
        self._due(judged, standing, change)
        if (
            change.ended
            or change.begun
            or change.verdict
            or change.findings
            or (change.due is not None)
        ):
            into.changes.append(change)

    def _as_before(
        self, connection: Connection, entry: Entry, host: int, standing: Standing
    ) -> bool:
        """Whether nothing that anybody reads has changed, nor has the host's time come.

        A detector says with `Later` when it would say something else though no row changes, and
        the host is due when a row has aged; so judging again would come to the same. A new policy
        is an entry of its own.
        """
        return (
            entry.cause == "report"
            and standing.verdict is not None
            and (standing.due is None or standing.due > entry.at)
            and not self._rows.touched(connection, host, entry.n)
        )

    def _judge(
        self, connection: Connection, entry: Entry, host: int, policy: Policy, standing: Standing
    ) -> Judged:
        rows = as_of(
            entry,
            self._rows.open(connection, host, entry.n),
            self._rows.ended(connection, host, entry.n),
            policy.window,
        )
        view = self._views.view(host, rows, policy, partial(judgements.content, connection))
        return self._panel.judge(view, lambda: map(_claim, standing.claims.values()))

    def _claims(self, judged: Judged, standing: Standing, change: Change) -> None:
        now = {claim.name: claim for claim in judged.claims}
        change.ended = [name for name in standing.claims if name not in now]
        for name, claim in now.items():
            document = _encode(claim)
            before = standing.claims.get(name)
            if before == document:
                continue
            if before is not None:
                change.ended.append(name)
            change.begun.append(
                NewClaim(name, claim.class_, claim.channel, claim.strength, document)
            )
        for name in change.ended:
            del standing.claims[name]
        for new in change.begun:
            standing.claims[new.name] = new.document

    def _verdict(
        self,
        connection: Connection,
        verdict: Verdict,
        policy: Policy,
        standing: Standing,
        change: Change,
    ) -> None:
        previous = None if standing.verdict is None else _verdict(standing.verdict)
        cause = arise(previous, verdict, change.entry.cause)
        told = previous is not None and previous.told and verdict.level in TOLD
        if cause is not None:
            day = self._today.day(connection, moment(change.entry.at), policy)
            arisen = tell(previous, verdict, cause, day)
            told = arisen.told
            change.findings = [_finding(change.host, found) for found in arisen.findings]
            for found in arisen.findings:
                self._today.add(found)
        if told:
            verdict = msgspec.structs.replace(verdict, told=True)
        document = documents.encode(verdict)
        if document != standing.verdict:
            change.verdict = NewVerdict(verdict.level, verdict.kind, document)
            standing.verdict = document

    def _due(self, judged: Judged, standing: Standing, change: Change) -> None:
        at = None if judged.due is None else millis(judged.due) + 1
        if at != standing.due:
            change.due = at or 0
            standing.due = at


def _finding(host: int, finding: Finding) -> NewFinding:
    about = None if finding.cause == "surplus" else host
    return NewFinding(about, finding.cause, finding.level, _encode(finding))
