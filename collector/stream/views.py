"""Views: a host's rows as of one entry of the journal, each decoded by the readings of its kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from collector.detectors.reading import Reading, Seen
from collector.detectors.view import View
from collector.policy import Policy
from collector.store.judgements import Content, Entry, Held
from collector.store.times import moment, moment_or_none

BODIES = 50_000
"""Rows that are kept decoded; a body's id names its content, so they are never stale."""

Decoded = tuple[tuple[type[Reading], Reading], ...]


@dataclass(frozen=True)
class AsOf:
    """A host's rows as of an entry.

    at: when its facts were true; that is before the entry, if the laptop was offline then.
    """

    at: datetime
    rows: Sequence[Held]


class Views:
    """Builds views for the given readings; content: a body's bytes by its id."""

    def __init__(self, readings: Iterable[type[Reading]]) -> None:
        self._decoders: dict[str, list[tuple[type[Reading], msgspec.json.Decoder[Reading]]]] = {}
        for reading in dict.fromkeys(readings):
            kind = str(reading.__struct_config__.tag)
            self._decoders.setdefault(kind, []).append((reading, msgspec.json.Decoder(reading)))
        self._decoded: dict[int, Decoded] = {}
        self.unreadable = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of rows that are read."""
        return frozenset(self._decoders)

    def view(
        self, host: int, as_of: AsOf, policy: Policy, content: Callable[[int], Content]
    ) -> View:
        """What detectors may know of a host."""
        seen: dict[type[Reading], list[Seen[Reading]]] = {}
        moments: dict[int | None, datetime | None] = {None: None}
        for number, body, _since, _until, since_at, until_at in as_of.rows:
            decoded = self._decoded.get(body)
            if decoded is None:
                decoded = self._decode(body, content)
            if not decoded:
                continue
            since = moments.get(since_at) or moments.setdefault(since_at, moment(since_at))
            assert since is not None
            if until_at not in moments:
                moments[until_at] = moment_or_none(until_at)
            ended = moments[until_at]
            for reading, row in decoded:
                one = Seen(row, number, since, ended)
                if reading in seen:
                    seen[reading].append(one)
                else:
                    seen[reading] = [one]
        found: Mapping[type[Reading], tuple[Seen[Reading], ...]] = {
            reading: tuple(each) for reading, each in seen.items()
        }
        return View(host, as_of.at, policy, found)

    def _decode(self, body: int, content: Callable[[int], Content]) -> Decoded:
        if len(self._decoded) >= BODIES:
            self._decoded.clear()
        kind, data = content(body)
        decoded = tuple(self._readings(kind, data))
        self._decoded[body] = decoded
        return decoded

    def _readings(self, kind: str, data: bytes) -> Iterable[tuple[type[Reading], Reading]]:
        for reading, decoder in self._decoders.get(kind, ()):
            try:
                yield reading, decoder.decode(data)
            except msgspec.ValidationError:  # a field of another type: not a row for this reader
                self.unreadable += 1


def as_of(entry: Entry, opened: Iterable[Held], ended: Iterable[Held], window: timedelta) -> AsOf:
    """What was in force at an entry, and what had ended within the window before it.

    ended: the last to end first; no more of them is asked for than needed.
    """
    n, at = entry.n, 0
    rows: list[Held] = []
    for row in opened:
        if row[2] == n:
            at = max(at, row[4])
        rows.append(row)
    past: list[Held] = []
    reach: int | None = None
    for row in ended:
        number, body, since, until, since_at, until_at = row
        assert until is not None
        assert until_at is not None
        if until > n:
            if since <= n:
                rows.append((number, body, since, None, since_at, None))
                at = max(at, since_at) if since == n else at
            continue
        if until == n:
            at = max(at, until_at)
        if reach is None:
            reach = (at or entry.at) - window // timedelta(milliseconds=1)
        if until_at < reach:
            break
        past.append(row)
    rows += past
    rows.sort()
    return AsOf(moment(at or entry.at), rows)
