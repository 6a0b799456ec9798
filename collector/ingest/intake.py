"""The intake: runs in the writing thread, numbers each call's reports and stores what they change.

An unchanged report touches one row, `host_hot`. Whatever else a report brings (rows, a gap, a new
epoch, another address, a clock that went wrong) makes it an entry of the journal, by whose number
the rows it changes begin and end.
"""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache
from sqlite3 import Connection

import msgspec

from collector.ingest import rows, skew
from collector.ingest.counters import Counters
from collector.ingest.difference import OWN, SILENCE, Scope, difference
from collector.ingest.numbering import Place, Ruling, rule
from collector.ingest.offers import Offers
from collector.ingest.reading import Arrived
from collector.store import reports
from collector.store.memory import Hot, Memory, mark
from wire.reply import RefusedRow
from wire.row import Row, encode_row, kind_of

QUIET_MS = 3_600_000
"""A host unheard for longer is looked at for a `report.silence` that now ends."""
ABOUTS = 8_192

Written = tuple[str, int, str, bytes]
"""A row to write: sensor, body, kind, content."""


class Call(msgspec.Struct, frozen=True):
    """One host's reports of one call, read; behind_s: its clock against ours; address: its own."""

    host: int
    arrived_ms: int
    behind_s: int
    address: str
    reports: list[Arrived]


class Stored(msgspec.Struct):
    """What became of a call. forked: the place in the call of a report that contradicts.

    journaled: the journal has a new entry, so that there is something to judge.
    """

    revoked: bool = False
    accepted: int = 0
    epoch: str = ""
    seq: int = 0
    digest: str = ""
    want: bool = False
    journaled: bool = False
    forked: int | None = None
    refused: tuple[RefusedRow, ...] = ()


class _About(msgspec.Struct):
    sensor: str = ""


_about = msgspec.json.Decoder(_About)


class Intake:
    """A `Batch` of the database: stores calls, and keeps the memory equal to what is stored."""

    def __init__(
        self,
        memory: Memory,
        offers: Offers,
        body_id: Callable[[bytes], int],
        counters: Counters,
    ) -> None:
        self._memory = memory
        self._offers = offers
        self._body_id = body_id
        self._counters = counters
        self._pending: dict[int, Hot] = {}  # stored, not yet committed
        self._abouts: dict[int, str] = {}
        self._written = lru_cache(maxsize=4096)(self._write)

    def store(self, connection: Connection, items: Sequence[Call]) -> list[Stored]:
        """Stores all calls, in order."""
        batch = _Batch(connection)
        stored = [self._call(batch, call) for call in items]
        batch.flush()
        self._pending.update(batch.hots)
        return stored

    def committed(self) -> None:
        """What is pending is on the disk, so it is what is known."""
        for n, hot in self._pending.items():
            self._memory.put(n, hot)
        self._pending.clear()

    def forgotten(self) -> None:
        """What was pending never happened."""
        self._pending.clear()

    def _hot(self, batch: "_Batch", n: int) -> Hot:
        hot = batch.hots.get(n)
        if hot is None:
            pending = self._pending.get(n)
            hot = copy(pending) if pending is not None else self._memory.hot(n)
            batch.hots[n] = hot
        return hot

    def _call(self, batch: "_Batch", call: Call) -> Stored:
        stored = Stored()
        if self._memory.standing(call.host) != "enrolled":
            stored.revoked = True
            return stored
        hot = self._hot(batch, call.host)
        past = _Past(batch, call.host)
        for index, arrived in enumerate(call.reports):
            report = arrived.report
            place = Place(report.epoch, report.seq, arrived.digest)
            there = Place(hot.epoch, hot.seq, hot.digest)
            ruling = rule(there, place, report.prev, len(report.replaces), past)
            if ruling == "known":
                self._counters.known += 1
                continue
            if ruling == "forked":
                stored.forked = index
                stored.journaled |= self._fork(batch, call, hot, arrived)
                break
            stored.journaled |= self._take(batch, call, hot, arrived, ruling)
            stored.accepted += 1
            stored.refused += tuple(row for said in arrived.said for row in said.refused)
        stored.epoch, stored.seq, stored.digest = hot.epoch, hot.seq, hot.digest
        stored.want = hot.state == ""
        return stored

    def _take(
        self, batch: "_Batch", call: Call, hot: Hot, arrived: Arrived, ruling: Ruling
    ) -> bool:
        report = arrived.report
        at = skew.true_at(report.at, call.behind_s, call.arrived_ms, hot.at)
        own = list(self._own(call, hot, arrived, ruling))
        silences: list[int] = []
        if not (own or report.changed) and call.arrived_ms - hot.seen > QUIET_MS:
            silences = [which for which, _, kind, _ in batch.open(call.host) if kind == SILENCE]
        journaled = bool(own or report.changed or silences)
        if journaled:
            place = (report.epoch, report.seq, arrived.digest)
            cause = "return" if silences else "report"
            n = batch.append(cause, call.arrived_ms, call.host, place, arrived.line)
            self._change(batch, call.host, arrived, own, (n, at))
            self._counters.changed += 1
        if report.gauges:
            day = datetime.fromtimestamp(at // 1000, UTC).date().isoformat()
            for gauge in report.gauges:
                value = round(gauge.value)
                batch.gauges.append((call.host, gauge.name, day, value, value, value))
        if report.questions_seen:
            self._offers.seen(call.host, report.questions_seen, batch.connection)
        hot.state = _state(hot, arrived, ruling)
        hot.epoch, hot.seq, hot.digest = report.epoch, report.seq, arrived.digest
        hot.seen, hot.at = call.arrived_ms, at
        hot.skew = skew.noted(call.behind_s, hot.skew)
        hot.address = mark(call.address) or hot.address
        batch.saw.append(reports.hot_values(call.host, hot, call.address))
        self._counters.accepted += 1
        return journaled

    def _own(self, call: Call, hot: Hot, arrived: Arrived, ruling: Ruling) -> Sequence[Row | str]:
        """The collector's own rows that the report brings; a kind alone says that it has ended."""
        report, own = arrived.report, list[Row | str]()
        if ruling == "gap":
            self._counters.gaps += 1
            after = hot.seq if report.epoch == hot.epoch else 0
            own.append(rows.Gap(after=after, before=report.seq))
        if hot.epoch and report.epoch != hot.epoch:
            own.append(rows.Epoch(epoch=report.epoch, previous=hot.epoch))
        behind = skew.noted(call.behind_s, hot.skew)
        if behind != hot.skew:
            own.append(rows.Skew(seconds=behind) if behind else SKEW)
        if call.address and mark(call.address) != hot.address:
            own.append(rows.Egress(address=call.address))
        for said in arrived.said:
            own.append(rows.SensorOutcome(sensor=said.sensor, ended=said.ended, why=said.why))
            self._counters.refused_rows += len(said.refused)
            own.extend(
                rows.RefusedRow(sensor=said.sensor, index=row.index, why=row.why)
                for row in said.refused
            )
        return own

    def _change(
        self,
        batch: "_Batch",
        host: int,
        arrived: Arrived,
        own: Sequence[Row | str],
        when: tuple[int, int],
    ) -> None:
        n, at = when
        rows_of: dict[tuple[str, int], tuple[str, bytes]] = {}
        for said in arrived.said:
            for body, found in said.rows.items():
                rows_of[said.sensor, body] = found
        for row in own:
            if not isinstance(row, str):
                body, kind, content = self._written(row)
                rows_of[OWN, body] = (kind, content)
        scope = Scope(
            heard=frozenset(said.sensor for said in arrived.said),
            replaced=frozenset(said.sensor for said in arrived.said if said.looked),
            full=arrived.report.full,
            restated=frozenset(row if isinstance(row, str) else kind_of(row) for row in own),
            about=lambda body: self._about(batch, body),
        )
        there = batch.open(host) if scope.full else batch.open_of(host, {OWN, *scope.replaced})
        ends, begins = difference(there, scope, rows_of)
        reports.end(batch.connection, ends, n, at)
        new = [(*key, *found) for key, found in rows_of.items() if key in begins]
        reports.begin(batch.connection, host, new, n, at)
        if arrived.identity is not None:
            reports.identify(batch.connection, host, arrived.identity)

    def _fork(self, batch: "_Batch", call: Call, hot: Hot, arrived: Arrived) -> bool:
        self._counters.forks += 1
        report = arrived.report
        place = (report.epoch, report.seq, arrived.digest)
        batch.flush()
        new = reports.put_aside(batch.connection, call.host, call.arrived_ms, place, arrived.line)
        if not new:
            return False
        n = batch.append("fork", call.arrived_ms, call.host, place, None)
        fork = rows.Fork(epoch=report.epoch, seq=report.seq, digest=arrived.digest, stored=hot.seq)
        body, kind, content = self._written(fork)
        at = max(hot.at, call.arrived_ms)
        reports.begin(batch.connection, call.host, [(OWN, body, kind, content)], n, at)
        return True

    def _about(self, batch: "_Batch", body: int) -> str:
        about = self._abouts.get(body)
        if about is None:
            if len(self._abouts) >= ABOUTS:
                self._abouts.clear()
            about = _about.decode(reports.content(batch.connection, body)).sensor
            self._abouts[body] = about
        return about

    def _write(self, row: Row) -> tuple[int, str, bytes]:
        content = bytes(encode_row(row))
        return self._body_id(content), kind_of(row), content


SKEW = str(rows.Skew.__struct_config__.tag)


def _state(hot: Hot, arrived: Arrived, ruling: Ruling) -> str:
    """The digest of the state that the stored rows stand for; empty when they are in doubt."""
    report = arrived.report
    if report.full:
        return report.state
    if ruling == "gap" or report.epoch != hot.epoch:
        return ""
    if report.changed:
        return report.state if hot.state else ""
    return hot.state if hot.state == report.state else ""


class _Batch:
    """What one run of `store` has gathered: written at its end, or before someone must read it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.hots: dict[int, Hot] = {}
        self.saw: list[tuple[object, ...]] = []
        self.gauges: list[tuple[int, str, str, int, int, int]] = []

    def open(self, host: int) -> list[tuple[int, str, str, int]]:
        return reports.open_rows(self.connection, host)

    def open_of(self, host: int, sensors: set[str]) -> list[tuple[int, str, str, int]]:
        return reports.open_rows_of(self.connection, host, sensors)

    def append(
        self, cause: str, at: int, host: int, place: tuple[str, int, str], line: bytes | None
    ) -> int:
        return reports.append(self.connection, (at, cause, host, *place, line))

    def flush(self) -> None:
        if self.saw:
            reports.saw(self.connection, self.saw)
            self.saw.clear()
        if self.gauges:
            reports.measure(self.connection, self.gauges)
            self.gauges.clear()


class _Past:
    """What the store knows of a host's earlier reports."""

    def __init__(self, batch: _Batch, host: int) -> None:
        self._batch = batch
        self._host = host

    def has(self, report: Place) -> bool:
        self._batch.flush()
        place = (report.epoch, report.seq, report.digest)
        return reports.was_stored(self._batch.connection, self._host, place)

    def left(self, epoch: str) -> bool:
        return reports.had_epoch(self._batch.connection, self._host, epoch)
