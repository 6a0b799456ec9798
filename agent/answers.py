"""Questions of a responder: kept before they are run, answered once, kept until it is taken."""

from collections.abc import Iterable

import msgspec

from agent.disk import Disk, Gone, store
from agent.spool import Signer
from wire.codec import encode
from wire.digest import digest
from wire.envelope import ANSWER, Envelope
from wire.question import Answer, Question
from wire.report import VERSION, Outcome

FOLDER = "questions"
MOST = 200
REMEMBERED_S = 7 * 86_400
"""How long an ended question is remembered, so that one offered again is not run again."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question and what became of it; it ends when its answer was taken or its time is over."""

    id: str
    sensor: str
    expires: int
    answer: Envelope | None = None
    ended: bool = False


class Answers:
    """The questions of this laptop."""

    def __init__(self, disk: Disk, signer: Signer) -> None:
        self.disk = disk
        self.signer = signer
        self._asked: dict[str, Asked] = {}
        self._unsaid: dict[str, int] = {}

    def open(self) -> None:
        """Reads what is there; a question that a crash interrupted is run again."""
        self.disk.make(FOLDER)
        self.disk.sync("")
        self._asked = {asked.id: asked for asked in self._read()}
        self._unsaid = {asked.id: 0 for asked in self._open_ones()}

    def offer(self, questions: Iterable[Question], now: int) -> None:
        """Keeps the questions of a reply; one known already is only listed as seen once more."""
        for question in questions:
            if question.id not in self._asked and len(self._asked) < MOST:
                expires = now + question.expires_in_s
                self._keep(Asked(id=question.id, sensor=question.sensor, expires=expires))
            if question.id in self._asked:
                self._unsaid[question.id] = 0

    def seen(self) -> tuple[str, ...]:
        """The ids that the next report lists."""
        return tuple(sorted(self._unsaid))

    def listed(self, ids: Iterable[str], seq: int) -> None:
        """Remembers which report listed them."""
        for listed in ids:
            if not self._unsaid.get(listed, 1):
                self._unsaid[listed] = seq

    def delivered(self, stored: int) -> None:
        """Stops listing those whose report has been stored."""
        self._unsaid = {
            question: seq for question, seq in self._unsaid.items() if not 0 < seq <= stored
        }

    def due(self, now: int) -> tuple[Asked, ...]:
        """The questions to run; those whose time is over end."""
        for asked in self._open_ones():
            if asked.answer is None and asked.expires <= now:
                self.end(asked.id)
        return tuple(asked for asked in self._open_ones() if asked.answer is None)

    def answered(self, asked: Asked, outcome: Outcome, at: int) -> None:
        """Keeps the answer, signed, until the collector takes it."""
        answer = Answer(v=VERSION, question=asked.id, at=at, outcome=outcome)
        envelope = self.signer.seal(ANSWER, encode(answer))
        self._keep(msgspec.structs.replace(asked, answer=envelope))

    def waiting(self) -> tuple[tuple[str, bytes], ...]:
        """The answers to send: id and body."""
        return tuple(
            (asked.id, encode(_under(asked.answer, self.signer.keyid)))
            for asked in self._open_ones()
            if asked.answer
        )

    def end(self, id: str) -> None:
        """The question is over; it is remembered, its answer is not."""
        self._keep(msgspec.structs.replace(self._asked[id], answer=None, ended=True))

    def purge(self, now: int) -> None:
        """Forgets what ended long ago."""
        for asked in tuple(self._asked.values()):
            if asked.ended and asked.expires + REMEMBERED_S < now:
                self.disk.remove(_path(asked.id))
                del self._asked[asked.id]

    def _open_ones(self) -> tuple[Asked, ...]:
        return tuple(asked for asked in self._asked.values() if not asked.ended)

    def _keep(self, asked: Asked) -> None:
        store(self.disk, _path(asked.id), encode(asked))
        self._asked[asked.id] = asked

    def _read(self) -> Iterable[Asked]:
        for name in self.disk.names(FOLDER):
            try:
                yield msgspec.json.decode(self.disk.read(f"{FOLDER}/{name}"), type=Asked)
            except (Gone, msgspec.DecodeError):
                self.disk.remove(f"{FOLDER}/{name}")  # half a file; the collector asks again


def _path(id: str) -> str:
    return f"{FOLDER}/{digest(id.encode())}.json"


def _under(envelope: Envelope, keyid: str) -> Envelope:
    known = msgspec.structs.replace(envelope.signatures[0], keyid=keyid)
    return msgspec.structs.replace(envelope, signatures=(known,))
