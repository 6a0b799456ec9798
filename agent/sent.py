"""What was sent: every byte that left this laptop, a line a request, a file a day, for 30 days."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from agent.disk import Disk
from agent.transport import Response, Transport, TransportFault
from wire.digest import digest

FOLDER = "sent"
KEPT = timedelta(days=30)


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request, or what became of the one before it.

    again: the digest of the body that was sent before and is sent once more, unchanged. body: as
    sent, UTF-8. status: of the answer; error: why there was none.
    """

    at: str
    method: str = ""
    path: str = ""
    headers: dict[str, str] = {}
    body: str = ""
    again: str = ""
    status: int = 0
    error: str = ""


_line = msgspec.json.Decoder(Sent)


class Recorded:
    """A transport that writes down each request before a byte of it leaves.

    When that cannot be written nothing is sent: nothing leaves that `show` could not show.
    """

    def __init__(self, transport: Transport, disk: Disk, now: Callable[[], datetime]) -> None:
        self._transport = transport
        self._disk = disk
        self._now = now
        self._last = ("", "")

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer to one request, which is written down."""
        at = self._now()
        self._disk.make(FOLDER)
        self._note(at, self._request(at, method, path, headers, body))
        try:
            response = self._transport.ask(method, path, headers, body)
        except TransportFault as error:
            self._note(self._now(), Sent(at=_text(self._now()), error=type(error).__name__))
            raise
        self._note(self._now(), Sent(at=_text(self._now()), status=response.status))
        return response

    def close(self) -> None:
        """Ends the connection; the next question makes another."""
        self._transport.close()

    def _request(
        self, at: datetime, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Sent:
        day, known = at.date().isoformat(), digest(body)
        again = known if body and self._last == (day, known) else ""
        self._last = (day, known)
        text = "" if again else body.decode("utf-8", "replace")
        return Sent(
            at=_text(at), method=method, path=path, headers=dict(headers), body=text, again=again
        )

    def _note(self, at: datetime, line: Sent) -> None:
        self._disk.append(
            f"{FOLDER}/{at.date().isoformat()}.jsonl", msgspec.json.encode(line) + b"\n"
        )


def purge(disk: Disk, now: datetime) -> None:
    """Removes the days that are older than 30 days."""
    oldest = (now - KEPT).date().isoformat()
    for name in disk.names(FOLDER):
        if name[:10] < oldest:
            disk.remove(f"{FOLDER}/{name}")


def sent(disk: Disk, since: datetime) -> Iterator[Sent]:
    """Everything sent since a moment, oldest first; a line that a crash cut short is skipped."""
    first, moment = since.date().isoformat(), _text(since)
    for name in disk.names(FOLDER):
        if name[:10] >= first:
            for line in disk.read(f"{FOLDER}/{name}").splitlines():
                one = _read(line)
                if one and one.at >= moment:
                    yield one


def _read(line: bytes) -> Sent | None:
    try:
        return _line.decode(line)
    except msgspec.DecodeError:
        return None


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
