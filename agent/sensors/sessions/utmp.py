"""The login records of utmp(5), as glibc lays them out on 64-bit machines."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

# type, pid, line, id, user, host, exit, session, time, address, unused
RECORD = struct.Struct("<hxxi32s4s32s256s4xiii16s20x")
USER_PROCESS = 7


@dataclass(frozen=True)
class Record:
    """One login: its process, and the host and address it came from."""

    pid: int
    host: str
    address: str


def logins(data: bytes) -> Iterator[Record]:
    """The logins of a file that are not over; a cut last record is left out."""
    whole = len(data) - len(data) % RECORD.size
    for kind, pid, _, _, _, host, _, _, _, raw in RECORD.iter_unpack(data[:whole]):
        if kind == USER_PROCESS:
            text = host.partition(b"\0")[0].decode(errors="replace")
            yield Record(pid, text, _address(raw))


def _address(raw: bytes) -> str:
    # an IPv4 address stands in the first four bytes alone
    if not any(raw):
        return ""
    if not any(raw[4:]):
        return socket.inet_ntop(socket.AF_INET, raw[:4])
    if raw.startswith(bytes(10) + b"\xff\xff"):
        return socket.inet_ntop(socket.AF_INET, raw[12:])
    return socket.inet_ntop(socket.AF_INET6, raw)
