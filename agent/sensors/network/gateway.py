"""The default gateway, from the kernel's route and neighbour tables as text."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from agent.sensors.network.prefixes import PROVIDER, TRAVEL_ROUTER
from agent.sensors.network.rows import Vendor
from agent.system.sockets import address

UP_GATEWAY = 0x1 | 0x2  # RTF_UP, RTF_GATEWAY
COMPLETE = 0x2  # ATF_COM
PHONES = tuple(
    ipaddress.ip_network(network)
    for network in (
        "172.20.10.0/28",  # iPhone, Personal Hotspot
        "192.168.43.0/24",  # Android, Wi-Fi hotspot (before its networks were drawn at random)
        "192.168.42.0/24",  # Android, USB tethering
    )
)


@dataclass(frozen=True)
class Route:
    """A way out: through which interface, to which router; the lowest metric wins."""

    metric: int
    interface: str
    router: str


def routes(text: str) -> Iterator[Route]:
    """The default routes of /proc/net/route that lead to a router."""
    # eth0  00000000  0100A8C0  0003  0  0  100  00000000  0  0  0
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 8 or fields[1] != "00000000" or fields[7] != "00000000":
            continue
        if int(fields[3], 16) & UP_GATEWAY == UP_GATEWAY:
            yield Route(int(fields[6]), fields[0], address(fields[2]))


def routes6(text: str) -> Iterator[Route]:
    """The default routes of /proc/net/ipv6_route that lead to a router."""
    # 0..0 00 0..0 00 fe80..01 00000400 00000002 00000000 00000003     eth0
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 10 or fields[1] != "00" or set(fields[0]) != {"0"}:
            continue
        if int(fields[8], 16) & UP_GATEWAY == UP_GATEWAY:
            router = ipaddress.IPv6Address(int(fields[4], 16))
            yield Route(int(fields[5], 16), fields[9], router.compressed)


def macs(text: str) -> dict[tuple[str, str], str]:
    """The neighbours of /proc/net/arp: by interface and address, those that have answered."""
    # 192.168.0.1  0x1  0x2  3c:a6:2f:00:00:01  *  eth0
    lines = (line.split() for line in text.splitlines()[1:])
    return {
        (fields[5], fields[0]): fields[3].lower()
        for fields in lines
        if len(fields) >= 6 and int(fields[2], 16) & COMPLETE
    }


def embedded(router: str) -> str:
    """The MAC inside a link-local address that was made from it (RFC 4291, appendix A)."""
    # fe80::3ea6:2fff:fe00:1 -> 3c:a6:2f:00:00:01
    raw = ipaddress.IPv6Address(router).packed
    if raw[:2] != b"\xfe\x80" or raw[11:13] != b"\xff\xfe":
        return ""
    return bytes((raw[8] ^ 2, *raw[9:11], *raw[13:])).hex(":")


def vendor(mac: str, router: str) -> Vendor:
    """What kind of box the gateway is, from its prefix and the network it gives out."""
    here = ipaddress.ip_address(router)
    if any(here in network for network in PHONES):
        return "phone"
    if int(mac[:2], 16) & 2:  # locally administered: it says nothing of its maker
        return "unknown"
    prefix = mac[:8].replace(":", "")
    if prefix in TRAVEL_ROUTER:
        return "travel_router"
    return "provider" if prefix in PROVIDER else "unknown"
