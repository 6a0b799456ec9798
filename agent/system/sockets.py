"""The text of /proc/net/{tcp,tcp6,udp,udp6}, understood (proc_pid_net(5))."""

import socket
import sys
from collections.abc import Iterator
from functools import lru_cache

from agent.system import Socket

STATES = {
    "01": "established",
    "02": "syn-sent",
    "03": "syn-received",
    "04": "fin-wait-1",
    "05": "fin-wait-2",
    "06": "time-wait",
    "07": "closed",
    "08": "close-wait",
    "09": "last-ack",
    "0A": "listen",
    "0B": "closing",
    "0C": "syn-received",
}
MAPPED = bytes(10) + b"\xff\xff"


def sockets(text: str, protocol: str) -> Iterator[Socket]:
    """The sockets of one table; protocol is tcp or udp."""
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10:  # a table cut in the middle of a line
            continue
        here, _, port = fields[1].partition(":")
        there, _, peer_port = fields[2].partition(":")
        bound_only = peer_port == "0000"
        yield Socket(
            protocol=protocol,
            state=_state(protocol, fields[3]),
            address=address(here),
            port=int(port, 16),
            peer="" if bound_only else address(there),
            peer_port=int(peer_port, 16),
            inode=int(fields[9]),
        )


def _state(protocol: str, code: str) -> str:
    # A UDP socket is 07 when bound and 01 when connected.
    if protocol == "udp":
        return "established" if code == "01" else "listen"
    return STATES.get(code, "unknown")


@lru_cache(maxsize=1024)
def address(text: str) -> str:
    """The kernel's hexadecimal words, each in the machine's byte order, as a canonical address."""
    # 0100007F -> 127.0.0.1        0000000000000000FFFF00000100007F -> 127.0.0.1
    raw = bytes.fromhex(text)
    if sys.byteorder == "little":
        raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    if len(raw) == 4:
        return socket.inet_ntop(socket.AF_INET, raw)
    if raw.startswith(MAPPED):
        return socket.inet_ntop(socket.AF_INET, raw[12:])
    return socket.inet_ntop(socket.AF_INET6, raw)
