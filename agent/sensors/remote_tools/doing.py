"""What a tool's processes are doing, from the machine's sockets."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from agent.sensors.remote_tools.rows import Via
from agent.system import Interface, Socket

TUNNELS = ("tailscale", "wg", "tun", "tap", "zt", "ppp", "nebula", "netbird", "wt")
"""How tunnels are named by the programs that make them."""


@dataclass(frozen=True)
class Doing:
    """What a tool's processes are doing; `connected` are connections that they took."""

    pids: frozenset[int]
    listening: tuple[int, ...] = ()
    connected: tuple[Socket, ...] = ()


def doing(pids: frozenset[int], held: frozenset[int], sockets: Iterable[Socket]) -> Doing:
    """What processes that hold these inodes are doing; inode 0 is nobody's."""
    return _doing(pids, (socket for socket in sockets if socket.inode and socket.inode in held))


def by_ports(pids: frozenset[int], ports: frozenset[int], sockets: Iterable[Socket]) -> Doing:
    """What running processes are doing, by the tool's usual ports: their sockets are not shown."""
    return _doing(pids, (socket for socket in sockets if socket.port in ports))


def via(socket: Socket, interfaces: Iterable[Interface]) -> Via:
    """How the peer comes in: directly, unless it is this machine or came out of a tunnel."""
    names = {address: each.name for each in interfaces for address in each.addresses}
    if socket.peer in names or ipaddress.ip_address(socket.peer).is_loopback:
        return "unknown"
    return "tunnel" if names.get(socket.address, "").startswith(TUNNELS) else "direct"


def _doing(pids: frozenset[int], theirs: Iterable[Socket]) -> Doing:
    tcp = [socket for socket in theirs if socket.protocol == "tcp"]
    listening = {socket.port for socket in tcp if socket.state == "listen"}
    connected = (
        socket for socket in tcp if socket.state == "established" and socket.port in listening
    )
    return Doing(pids, tuple(sorted(listening)), tuple(connected))
