"""Load: requests made and signed before the run, sent over kept connections, timed.

A closed loop shows how many a server can take: each connection sends its next request when the
last one is answered. An open loop shows how long one takes at a given pace: requests fall due on
a clock, whatever the server does, and are timed from when they fell due. What the sender itself
was late by is told too, and over 20 ms it makes the run void: then it measured the sender.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import cast

LAG_LIMIT_MS = 20.0


@dataclass(frozen=True)
class Figures:
    """One run. lag_p99_ms: how late the sender itself was, 0 in a closed loop."""

    sent: int
    seconds: float
    p50_ms: float
    p99_ms: float
    lag_p99_ms: float
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.sent / self.seconds

    @property
    def void(self) -> bool:
        """Whether the sender was too late for the figures to say anything of the server."""
        return self.lag_p99_ms > LAG_LIMIT_MS

    def __str__(self) -> str:
        said = (
            f"{self.rate:,.0f}/s, p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms, "
            f"send lag p99 {self.lag_p99_ms:.1f} ms, {self.sent:,} sent"
        )
        others = {status: count for status, count in self.statuses.items() if status != 202}
        if others:
            said += f", other statuses {others}"
        return f"VOID: {said}" if self.void else said


def request(body: bytes, at: float, path: str = "/v1/reports") -> bytes:
    """The bytes of one request; `at` is the sender's clock, for its Date."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nDate: {formatdate(at, usegmt=True)}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Wire(asyncio.Protocol):
    """One kept connection with its own requests, sent one after another."""

    def __init__(self, requests: Sequence[bytes], dues: Sequence[float]) -> None:
        self.requests = requests
        self.dues = dues  # seconds after the start; empty in a closed loop
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.took: list[float] = []
        self.lags: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._began = 0.0
        self._next = 0
        self._busy = False
        self._since = 0.0
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the run, as failed when requests are left."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed a connection"))

    def begin(self, at: float) -> None:
        """The run begins."""
        self._began = at
        if not self.requests:
            self.done.set_result(None)
        elif not self.dues:
            self._send(at)

    def tick(self, now: float) -> None:
        """Sends what has fallen due."""
        if self._busy or self._next >= len(self.requests):
            return
        due = self._began + self.dues[self._next]
        if now >= due:
            self.lags.append(now - due)
            self._send(due)

    def data_received(self, data: bytes) -> None:
        """Reads an answer to its end, then sends the next request."""
        self._read += data
        head, gap, body = self._read.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        now = time.perf_counter()
        self._read = b""
        self._busy = False
        self.took.append(now - self._since)
        self.statuses[int(head[9:12])] += 1
        if self._next == len(self.requests):
            if not self.done.done():
                self.done.set_result(None)
        elif not self.dues:
            self._send(now)
        else:
            due = self._began + self.dues[self._next]
            if now >= due:  # it waited for the server, not for us
                self._send(due)

    def _send(self, since: float) -> None:
        assert self._transport is not None
        self._busy = True
        self._since = since
        self._transport.write(self.requests[self._next])
        self._next += 1


async def closed(port: int, lanes: Sequence[Sequence[bytes]]) -> Figures:
    """Sends each lane's requests over a connection of its own, as fast as they are answered."""
    return await _run(port, [Wire(lane, ()) for lane in lanes])


async def paced(port: int, lanes: Sequence[Sequence[bytes]], rate: float) -> Figures:
    """Sends the lanes' requests in turn, so many a second."""
    wires = [
        Wire(lane, [(turn * len(lanes) + at) / rate for turn in range(len(lane))])
        for at, lane in enumerate(lanes)
    ]
    return await _run(port, wires)


async def _run(port: int, wires: list[Wire]) -> Figures:
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda wire=wire: wire, "127.0.0.1", port)  # type: ignore[misc]
        for wire in wires
    ]
    began = time.perf_counter()
    for wire in wires:
        wire.begin(began)
    ended = asyncio.gather(*(wire.done for wire in wires))
    if any(wire.dues for wire in wires):
        while not ended.done():
            now = time.perf_counter()
            for wire in wires:
                wire.tick(now)
            await asyncio.sleep(0.001)
    await ended
    seconds = time.perf_counter() - began
    for transport, _ in opened:
        transport.close()
    took = sorted(one for wire in wires for one in wire.took)
    lags = sorted(one for wire in wires for one in wire.lags)
    statuses: Counter[int] = Counter()
    for wire in wires:
        statuses.update(wire.statuses)
    return Figures(
        sent=len(took),
        seconds=seconds,
        p50_ms=percentile(took, 50) * 1000,
        p99_ms=percentile(took, 99) * 1000,
        lag_p99_ms=percentile(lags, 99) * 1000,
        statuses=dict(statuses),
    )


def percentile(ordered: Sequence[float], of: int) -> float:
    """The nearest-rank percentile of ordered values; 0 of none."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * of / 100) - 1)]
