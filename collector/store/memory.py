"""What is known of every host, in flat arrays: its key, and what an unchanged report is held to.

A million hosts take about 160 MB. Only the writing thread changes it, after a commit; the event
loop reads keys. The host's number is the index.
"""

import struct
from sqlite3 import Connection
from typing import Literal

import msgspec
from sqlalchemy import select

from collector.store.statement import ordered
from collector.store.tables import host, host_hot

KEY = 32
RECORD = struct.Struct("<32s22s22sQQQQi")
"""epoch, digest, state; seq, seen, at, address; skew."""

Standing = Literal["unknown", "enrolled", "revoked"]
_STANDINGS: tuple[Standing, ...] = ("unknown", "enrolled", "revoked")
_ENROLLED, _REVOKED = 1, 2

_KEYS = ordered(select(host.c.n, host.c.public_key, host.c.revoked_at).order_by(host.c.n))
_HOT = ordered(
    select(
        host_hot.c.n,
        host_hot.c.epoch,
        host_hot.c.seq,
        host_hot.c.digest,
        host_hot.c.state,
        host_hot.c.seen,
        host_hot.c.at,
        host_hot.c.skew,
        host_hot.c.address,
    )
)


class Hot(msgspec.Struct):
    """One host's last report: its numbering, state and times, as in the table `host_hot`.

    address: a hash of the address it came from; the address itself is in its row.
    """

    epoch: str = ""
    seq: int = 0
    digest: str = ""
    state: str = ""
    seen: int = 0
    at: int = 0
    skew: int = 0
    address: int = 0


class Memory:
    """The arrays; empty until `load`, or until hosts are added."""

    def __init__(self) -> None:
        self._standing = bytearray()
        self._keys = bytearray()
        self._hot = bytearray()

    def load(self, connection: Connection) -> None:
        """Fills the arrays from the tables."""
        for n, key, revoked_at in connection.execute(_KEYS):
            self.add(n, key)
            if revoked_at is not None:
                self.revoke(n)
        for n, epoch, seq, digest, state, seen, at, skew, address in connection.execute(_HOT):
            if self.standing(n) != "unknown":
                self.put(n, Hot(epoch, seq, digest, state, seen, at, skew, mark(address)))

    @property
    def size(self) -> int:
        """How many bytes the arrays hold."""
        return len(self._standing) + len(self._keys) + len(self._hot)

    def standing(self, n: int) -> Standing:
        """Whether the number is a host's, and whether it may report."""
        return _STANDINGS[self._standing[n]] if n < len(self._standing) else "unknown"

    def key(self, n: int) -> bytes:
        """The public key of an enrolled host."""
        return bytes(self._keys[n * KEY : n * KEY + KEY])

    def hot(self, n: int) -> Hot:
        """What is known of the host's last report."""
        epoch, digest, state, seq, seen, at, address, skew = RECORD.unpack_from(
            self._hot, n * RECORD.size
        )
        return Hot(_text(epoch), seq, _text(digest), _text(state), seen, at, skew, address)

    def put(self, n: int, hot: Hot) -> None:
        """Replaces what is known of the host's last report."""
        RECORD.pack_into(
            self._hot,
            n * RECORD.size,
            hot.epoch.encode(),
            hot.digest.encode(),
            hot.state.encode(),
            hot.seq,
            hot.seen,
            hot.at,
            hot.address,
            hot.skew,
        )

    def add(self, n: int, key: bytes) -> None:
        """A host is enrolled, or readmitted."""
        more = n + 1 - len(self._standing)
        if more > 0:
            self._standing.extend(bytes(more))
            self._keys.extend(bytes(more * KEY))
            self._hot.extend(bytes(more * RECORD.size))
        self._standing[n] = _ENROLLED
        self._keys[n * KEY : n * KEY + KEY] = key

    def revoke(self, n: int) -> None:
        """A host may no longer report."""
        self._standing[n] = _REVOKED


def mark(address: str) -> int:
    """An address as the arrays keep it: 0 for none, else its hash in this process."""
    return hash(address) & 0xFFFF_FFFF_FFFF_FFFF if address else 0


def _text(held: bytes) -> str:
    return held.rstrip(b"\0").decode()
