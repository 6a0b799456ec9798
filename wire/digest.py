"""Digests: 16 bytes of SHA-256 as 22 characters of base64url."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

from wire.report import Ended


def digest(data: bytes) -> str:
    """The digest of some bytes."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()[:16])[:22].decode()


def sensor_digest(sensor: str, ended: Ended, why: str, rows: Iterable[bytes]) -> str:
    """The digest of one sensor's outcome and its rows in force, whatever their order."""
    head = f"{sensor}\n{ended}\n{why}\n".encode()
    return digest(head + b"\n".join(sorted(rows)))


def state_digest(sensors: Mapping[str, str]) -> str:
    """The digest over all sensors, from the digest of each."""
    return digest("\n".join(f"{name} {sensors[name]}" for name in sorted(sensors)).encode())
