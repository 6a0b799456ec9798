"""The peer to beat: the same signature check, numbering and group commit, and nothing else.

A bare ASGI function on uvicorn. What the collector is slower by is what its framework, its
checks and its rows cost.
"""

import asyncio
import hashlib
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from nacl.bindings import crypto_sign_open

from wire.digest import digest
from wire.envelope import Envelope, pae

Entry = tuple[int, int, str, bytes, "asyncio.Future[None]"]
GROUP = 256


class _Number(msgspec.Struct):
    epoch: str
    seq: int
    prev: str = ""


_envelope = msgspec.json.Decoder(Envelope)
_number = msgspec.json.Decoder(_Number)


class Bare:
    """Keys and last numbers in memory, one row a report in SQLite."""

    def __init__(self, keys: bytes, path: Path) -> None:
        self._keys = [keys[at : at + 32] for at in range(0, len(keys), 32)]
        self._last: dict[int, tuple[str, int, str]] = {}
        self._queue: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        self._path = path
        threading.Thread(target=self._write, daemon=True).start()

    async def application(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Checks, numbers, commits and answers one report."""
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        envelope = _envelope.decode(body)
        keyid = envelope.signatures[0].keyid
        number, _, hint = keyid.partition(".")
        n = int(number)
        key = self._keys[n - 1]
        if hashlib.sha256(key).digest()[:4].hex() != hint:
            raise ValueError(keyid)
        message = pae(envelope.payload_type, envelope.payload)
        crypto_sign_open(envelope.signatures[0].sig + message, key)
        said = _number.decode(envelope.payload)
        epoch, seq, last = self._last.get(n, (said.epoch, 0, ""))
        if (epoch, seq + 1, last) != (said.epoch, said.seq, said.prev):
            raise ValueError(f"{n}: {said.seq} after {seq}")
        now = digest(envelope.payload)
        self._last[n] = (said.epoch, said.seq, now)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put((n, said.seq, now, body, done))
        await done
        answer = b'{"accepted":1,"stored":%d}' % said.seq
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(answer)),
        ]
        await send({"type": "http.response.start", "status": 202, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _write(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE report (n INTEGER, seq INTEGER, digest TEXT, envelope BLOB)"
        )
        while True:
            group = [self._queue.get()]
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO report VALUES (?, ?, ?, ?)", [entry[:4] for entry in group]
            )
            connection.execute("COMMIT")
            group[0][4].get_loop().call_soon_threadsafe(_tell, [entry[4] for entry in group])


def _tell(waiting: list["asyncio.Future[None]"]) -> None:
    for done in waiting:
        done.set_result(None)


def main() -> None:
    """Serves: the port, the file with the hosts' keys, the database to make."""
    port, keys, database = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    bare = Bare(keys.read_bytes(), database)
    uvicorn.run(
        bare.application,
        host="127.0.0.1",
        port=port,
        interface="asgi3",
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
