"""The spool: signed reports that wait to be delivered, and the memory of what was numbered last.

    spool/0001-<epoch>/                     one folder an epoch; the highest number counts
        0000000000000042-<digest>.changed   one file a report: its envelope, as it will be sent
        0000000000000042.state              the rows in force after the newest change
        stored                              up to which number nothing needs sending

A file's name holds number and digest, so even when its content is lost neither is used twice. The
newest file stays after delivery for that reason. State is on the disk before its report, a report
before anybody is told of it.

Over 20 MiB the newer half is *merged*: a series of reports that ends with the newest becomes one,
signed anew, with all rows in force at its end and the digests it replaces; it has the number of
the last. The older half keeps the first states. What a call may have carried is never merged,
for its number may be known: calls take the oldest up to `CALL` bytes, merging starts behind those.
So what is delivered must not come back when the power fails: `stored` is forced to the disk before
the next call.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal, Protocol, cast

import msgspec

from agent import state as states
from agent.disk import NEW, Disk, Gone, store
from agent.refused import Refused
from agent.state import Held, State
from wire.codec import MAX_CALL, WireError, decode_envelope, decode_report, encode
from wire.digest import digest
from wire.envelope import REPORT, Envelope
from wire.report import VERSION, Gauge, Outcome, Report

LIMIT = 20 * 1024 * 1024
CALL = MAX_CALL
MERGED = 16_000
"""Digests that one merged report replaces at most; the collector counts the others as a gap."""

Kind = Literal["changed", "same", "merged", "void"]
"""same: nothing has changed. void: refused; only its number is kept."""

# 0001-Yh0kPbQ7m3rX2u8aVtWc4A
GENERATION = re.compile(r"(?P<generation>\d{4})-(?P<epoch>[\w-]{22})")
# 0000000000000042-Yh0kPbQ7m3rX2u8aVtWc4A.changed
ENTRY = re.compile(r"(?P<seq>\d{16})-(?P<digest>[\w-]{22})\.(?P<kind>changed|same|merged|void)")
# 0000000000000042.state
STATE = re.compile(r"(?P<seq>\d{16})\.state")


class Signer(Protocol):
    """Who signs, and under which key id."""

    keyid: str

    def seal(self, payload_type: str, payload: bytes) -> Envelope:
        """The payload in a signed envelope."""


@dataclass(frozen=True)
class Entry:
    """One report on the disk."""

    seq: int
    digest: str
    kind: Kind
    size: int

    @property
    def name(self) -> str:
        """Its file's name."""
        return f"{self.seq:016d}-{self.digest}.{self.kind}"


@dataclass(frozen=True)
class Draft:
    """What a report will say, before it is numbered and signed."""

    at: int
    outcomes: tuple[Outcome, ...] = ()
    full: bool = False
    gauges: tuple[Gauge, ...] = ()
    questions_seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where a report stands in the numbering."""

    epoch: str
    seq: int
    prev: str
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """The oldest pending reports as the body of one call."""

    entries: tuple[Entry, ...]
    body: bytes


class Spool:
    """The reports of this agent, pending ones and the memory of the newest; one user at a time."""

    def __init__(
        self,
        disk: Disk,
        signer: Signer,
        refused: Refused,
        draw: Callable[[], str],
        say: Callable[[str], None],
        *,
        limit: int = LIMIT,
        call: int = CALL,
    ) -> None:
        self.disk = disk
        self.signer = signer
        self.refused = refused
        self.epoch = ""
        self.state: dict[str, Held] = {}
        self._draw = draw
        self._say = say
        self._limit = limit
        self._call = call
        self._folder = ""
        self._entries: list[Entry] = []
        self._states: set[int] = set()
        self._stored = 0
        self._stale = True

    def open(self) -> None:
        """Reads what is there, ends what a crash interrupted; makes an epoch when there is none."""
        self.disk.make("spool")
        self.disk.sync("")
        self._drop_halves("spool")
        self.disk.sync("spool")  # what a kill left in memory only must not be counted on
        generations = [name for name in self.disk.names("spool") if GENERATION.fullmatch(name)]
        if not generations:
            generations = [self._begin(1, self._draw())]
        for older in generations[:-1]:
            self._drop(f"spool/{older}")
        self._folder = f"spool/{generations[-1]}"
        self.epoch = generations[-1][5:]
        self._read()
        self._stale = False

    @property
    def newest(self) -> Entry | None:
        """The report numbered last, delivered or not."""
        return self._entries[-1] if self._entries else None

    def pending(self) -> tuple[Entry, ...]:
        """What waits to be delivered, oldest first."""
        self._fresh()
        return tuple(e for e in self._entries if e.seq > self._stored and e.kind != "void")

    def size(self) -> int:
        """The bytes that wait."""
        return sum(entry.size for entry in self.pending())

    def add(self, draft: Draft, state: State) -> Entry:
        """Numbers, signs and keeps a report that leads to the given state."""
        self._fresh()
        self._stale = True
        kind: Kind = "changed" if draft.outcomes or draft.full else "same"
        newest = self.newest
        seq = newest.seq + 1 if newest else 1
        if kind == "changed":
            store(self.disk, f"{self._folder}/{seq:016d}.state", states.save(state))
            self._states.add(seq)
        place = _Place(self.epoch, seq, newest.digest if newest else "")
        entry = self._write(self._folder, place, kind, draft, state)
        self._entries.append(entry)
        self.state = dict(state)
        self._tidy()
        self._stale = False
        if self.size() > self._limit:
            self._merge(draft.at)
        return self._entries[-1]

    def batch(self, at: int) -> Batch:
        """The oldest pending reports that fit into one call; what cannot be read is set aside."""
        lines: list[bytes] = []
        entries: list[Entry] = []
        room = self._call
        for entry in self.pending():
            if entries and entry.size >= room:
                break
            line = self._line(entry)
            if line is None and entries:
                break
            if line is None:
                self._say(f"report {entry.seq} cannot be read, set aside in refused/")
                self.refuse(entry.seq, at)
                continue
            entries.append(entry)
            lines.append(line)
            room -= len(line) + 1
        return Batch(tuple(entries), b"".join(line + b"\n" for line in lines))

    def advance(self, epoch: str, stored: int) -> None:
        """Lets go of what the collector has stored."""
        self._fresh()
        newest = self.newest
        if epoch != self.epoch or newest is None or stored <= self._stored:
            return
        self._stale = True
        self._stored = min(stored, newest.seq)
        store(self.disk, f"{self._folder}/stored", b"%d" % self._stored)
        self._tidy()
        self._stale = False

    def refuse(self, seq: int, at: int) -> None:
        """Moves one report to refused/; its number stays used."""
        self._fresh()
        entry = next((entry for entry in self._entries if entry.seq == seq), None)
        if entry is None:
            return
        self._stale = True
        path = f"{self._folder}/{entry.name}"
        self.refused.add(f"{self.epoch}-{entry.name}", self._content(path), at)
        void = replace(entry, kind="void")
        self.disk.rename(path, f"{self._folder}/{void.name}")
        self.disk.sync(self._folder)
        self._entries[self._entries.index(entry)] = void
        self._tidy()
        self._stale = False

    def rebase(self, epoch: str, stored: int, last: str, draft: Draft, state: State) -> Entry:
        """Goes on from the collector's numbers: one full report in place of all that is pending."""
        place = _Place(epoch, stored + 1, last, self._replaced(self.pending()))
        self._stale = True
        generation = int(self._folder[6:10]) + 1
        self._drop("spool/new")
        self.disk.make("spool/new")
        store(self.disk, f"spool/new/{place.seq:016d}.state", states.save(state))
        self._write("spool/new", place, "merged", draft, state)
        self._place(generation, epoch)
        self.open()
        return self._entries[-1]

    def restart(self, at: int) -> None:
        """Begins another epoch; what was pending moves to refused/."""
        for entry in self.pending():
            content = self._content(f"{self._folder}/{entry.name}")
            self.refused.add(f"{self.epoch}-{entry.name}", content, at)
        self._stale = True
        self._begin(int(self._folder[6:10]) + 1, self._draw())
        self.open()

    def _fresh(self) -> None:
        if self._stale:
            self.open()

    def _begin(self, generation: int, epoch: str) -> str:
        self._drop("spool/new")
        self.disk.make("spool/new")
        return self._place(generation, epoch)

    def _place(self, generation: int, epoch: str) -> str:
        name = f"{generation:04d}-{epoch}"
        self.disk.sync("spool/new")
        self.disk.rename("spool/new", f"spool/{name}")
        self.disk.sync("spool")
        return name

    def _drop(self, folder: str) -> None:
        for name in self.disk.names(folder):
            self.disk.remove(f"{folder}/{name}")
        self.disk.remove(folder)

    def _drop_halves(self, folder: str) -> None:
        for name in self.disk.names(folder):
            if name.endswith(NEW):
                self.disk.remove(f"{folder}/{name}")

    def _read(self) -> None:
        self._drop_halves(self._folder)
        self.disk.sync(self._folder)
        names = self.disk.names(self._folder)
        entries = [
            Entry(int(m["seq"]), m["digest"], _kind(m["kind"]), self._size(m.string))
            for m in map(ENTRY.fullmatch, names)
            if m
        ]
        self._states = {int(m["seq"]) for m in map(STATE.fullmatch, names) if m}
        self._entries = self._without_merged(entries)
        self._stored = self._marker("stored") if self._entries else 0
        self.state = self._restored()
        self._tidy()

    def _size(self, name: str) -> int:
        return self.disk.size(f"{self._folder}/{name}")

    def _marker(self, name: str) -> int:
        try:
            return int(self.disk.read(f"{self._folder}/{name}"))
        except (Gone, ValueError):
            return 0  # only forgotten, not lost: what is sent again is known there

    def _without_merged(self, entries: list[Entry]) -> list[Entry]:
        """Ends a merging that a crash interrupted between the new file and the last old one."""
        newest = [entry for entry in entries if entry.seq == entries[-1].seq]
        merged = next((entry for entry in newest if entry.kind == "merged"), None)
        if merged is None or len(newest) == 1:
            return entries
        report = self._report(merged)
        digests = [entry.digest for entry in entries]
        if report is None or report.prev not in digests:  # damaged: as if it had not been made
            gone = [merged]
        else:
            series = entries[digests.index(report.prev) + 1 :]
            gone = [entry for entry in series if entry is not merged]
        self._let_go(gone)
        return [entry for entry in entries if entry not in gone]

    def _restored(self) -> dict[str, Held]:
        newest = self.newest
        report = self._report(newest) if newest else None
        if newest is None or report is None:
            return {}
        try:
            state = states.restore(self.disk.read(f"{self._folder}/{self._force():016d}.state"))
        except (Gone, msgspec.DecodeError):
            return {}
        return state if states.digest_of(state) == report.state else {}

    def _tidy(self) -> None:
        """Removes what is delivered or refused but the newest, and states but the one in force."""
        newest = self.newest
        kept: list[Entry] = []
        for entry in self._entries:
            if entry is not newest and (entry.seq <= self._stored or entry.kind == "void"):
                self.disk.remove(f"{self._folder}/{entry.name}")
            else:
                kept.append(entry)
        self._entries = kept
        force = self._force()
        for seq in self._states - {force}:
            self.disk.remove(f"{self._folder}/{seq:016d}.state")
        self._states &= {force}

    def _force(self) -> int:
        """The number of the report that the state in force belongs to."""
        last = self.newest.seq if self.newest else 0
        return max((seq for seq in self._states if seq <= last), default=0)

    def _write(self, folder: str, place: _Place, kind: Kind, draft: Draft, state: State) -> Entry:
        report = Report(
            v=VERSION,
            epoch=place.epoch,
            seq=place.seq,
            prev=place.prev,
            state=states.digest_of(state),
            at=draft.at,
            full=draft.full,
            outcomes=draft.outcomes,
            gauges=draft.gauges,
            questions_seen=draft.questions_seen,
            replaces=place.replaces,
        )
        payload = encode(report)
        line = encode(self.signer.seal(REPORT, payload))
        entry = Entry(place.seq, digest(payload), kind, len(line))
        store(self.disk, f"{folder}/{entry.name}", line)
        return entry

    def _merge(self, at: int) -> None:
        """Replaces the newer half of what is pending by one report that ends as it does."""
        series = self._series()
        if len(series) < 2:
            return
        self._stale = True
        before = self._entries[self._entries.index(series[0]) - 1]
        draft = Draft(at=at, outcomes=states.whole(self.state), full=True)
        place = _Place(self.epoch, series[-1].seq, before.digest, self._replaced(series))
        merged = self._write(self._folder, place, "merged", draft, self.state)
        self._let_go(series)
        gone = set(series)
        self._entries = [entry for entry in self._entries if entry not in gone] + [merged]
        self._say(f"spool over {self._limit} bytes: {len(series)} reports merged into one")
        self._stale = False

    def _let_go(self, series: Sequence[Entry]) -> None:
        """Removes what was merged, the last one last: until then two files of its number tell."""
        for part in (series[:-1], series[-1:]):
            for entry in part:
                self.disk.remove(f"{self._folder}/{entry.name}")
            self.disk.sync(self._folder)

    def _series(self) -> tuple[Entry, ...]:
        pending = self.pending()
        ends = tuple(accumulate(entry.size for entry in pending))
        kept = bisect_left(ends, max(self._limit // 2, self._call)) + 1
        return pending[kept:][-MERGED:]

    def _replaced(self, series: tuple[Entry, ...]) -> tuple[str, ...]:
        """The digests that a report in place of the series replaces, oldest first."""
        digests: list[str] = []
        for entry in series:
            report = self._report(entry) if entry.kind == "merged" else None
            digests.extend(report.replaces if report else (entry.digest,))
        return tuple(digests[-MERGED:])

    def _line(self, entry: Entry) -> bytes | None:
        """The envelope's line, under today's key id; None when it is not what its name says."""
        content = self._content(f"{self._folder}/{entry.name}")
        try:
            envelope = decode_envelope(content)
        except WireError:
            return None
        if digest(envelope.payload) != entry.digest:
            return None
        if envelope.signatures[0].keyid == self.signer.keyid:
            return content
        known = msgspec.structs.replace(envelope.signatures[0], keyid=self.signer.keyid)
        return encode(msgspec.structs.replace(envelope, signatures=(known,)))

    def _report(self, entry: Entry) -> Report | None:
        line = self._line(entry)
        if line is None:
            return None
        try:
            return decode_report(decode_envelope(line).payload)
        except WireError:
            return None

    def _content(self, path: str) -> bytes:
        try:
            return self.disk.read(path)
        except Gone:
            return b""


def _kind(word: str) -> Kind:
    return cast("Kind", word)  # the pattern allows no other


@dataclass(frozen=True)
class Peek:
    """What the spool remembers, seen without touching it."""

    epoch: str = ""
    seq: int = 0
    digest: str = ""
    state: State = field(default_factory=dict)


def peek(disk: Disk) -> Peek:
    """The newest report and the rows in force, as far as they can be read just now."""
    generations = [name for name in disk.names("spool") if GENERATION.fullmatch(name)]
    if not generations:
        return Peek()
    folder = f"spool/{generations[-1]}"
    found = [m for m in map(ENTRY.fullmatch, disk.names(folder)) if m]
    kept = [name for name in disk.names(folder) if STATE.fullmatch(name)]
    try:
        state = states.restore(disk.read(f"{folder}/{kept[-1]}")) if kept else {}
    except (Gone, msgspec.DecodeError):
        state = {}
    seq, last = (int(found[-1]["seq"]), found[-1]["digest"]) if found else (0, "")
    return Peek(generations[-1][5:], seq, last, state)
