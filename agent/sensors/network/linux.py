"""The network as Linux shows it: /sys/class/net, the route and neighbour tables."""

import re
from collections.abc import Iterator

from agent.sensors.network import gateway
from agent.sensors.network.rows import Gateway, Interface, Tunnel, Type
from agent.system import Absent, System
from wire.row import Row

CLASS = "/sys/class/net"

# ARP hardware types, include/uapi/linux/if_arp.h
ENCAPSULATIONS = frozenset({"512", "768", "769", "776", "778", "823"})  # PPP, IPIP, SIT, GRE
UP = 0x1  # IFF_UP

# enx3ca62f000001: systemd names a USB network card after its MAC
NAMED_AFTER_MAC = re.compile(r"^(\w*x)[0-9a-f]{12}$")


def sense(system: System) -> Iterator[Row]:
    """Network cards and tunnels, and the gateway behind which the machine is."""
    tunnels = {
        name: kind for name in system.list(CLASS) if (kind := tunnel(name, _shown(system, name)))
    }
    cards = frozenset(name for name in system.list(CLASS) if _has(system, name, "device"))
    found = {each.name: each.mtu for each in system.interfaces()}
    yield from sorted(
        {
            Interface(name=without_mac(name), mtu=found[name])
            for name in cards | tunnels.keys()
            if name in found
        },
        key=lambda row: (row.name, row.mtu),
    )
    yield from _gateway(system, frozenset(tunnels))
    yield from (Tunnel(name=name, type=kind) for name, kind in sorted(tunnels.items()))


def tunnel(name: str, shown: dict[str, str]) -> Type | None:
    """What kind of tunnel this is, from what its folder in /sys shows; None when it is none."""
    if "brport" in shown or "master" in shown or not int(shown.get("flags") or "0", 16) & UP:
        return None  # the plug of a virtual machine, or a tunnel that is not up
    if "DEVTYPE=wireguard" in shown.get("uevent", ""):
        return "wireguard"
    if "tun_flags" in shown:
        if name.startswith("tailscale"):
            return "tailscale"
        return "zerotier" if name.startswith("zt") else "tun"
    return "other" if shown.get("type") in ENCAPSULATIONS else None


def without_mac(name: str) -> str:
    """The interface's name without the MAC that some are named after."""
    return NAMED_AFTER_MAC.sub(r"\1", name)


def _shown(system: System, name: str) -> dict[str, str]:
    folder = f"{CLASS}/{name}"
    try:
        listed = frozenset(system.list(folder))
        values = dict.fromkeys(listed & {"brport", "master"}, "")
        for value in listed & {"flags", "uevent", "tun_flags", "type"}:
            values[value] = system.read(f"{folder}/{value}").strip()
    except Absent:  # bonding_masters is a file; an interface may go while we look
        return {}
    return values


def _gateway(system: System, tunnels: frozenset[str]) -> Iterator[Row]:
    macs = gateway.macs(_text(system, "/proc/net/arp"))
    found = (
        *sorted(gateway.routes(_text(system, "/proc/net/route")), key=_order),
        *sorted(gateway.routes6(_text(system, "/proc/net/ipv6_route")), key=_order),
    )
    for route in found:
        mac = macs.get((route.interface, route.router)) or (
            gateway.embedded(route.router) if ":" in route.router else ""
        )
        if mac and route.interface not in tunnels:
            yield Gateway(gateway=system.keyed(mac), vendor=gateway.vendor(mac, route.router))
            return


def _order(route: gateway.Route) -> tuple[int, str, str]:
    return route.metric, route.interface, route.router


def _has(system: System, name: str, what: str) -> bool:
    try:
        return what in system.list(f"{CLASS}/{name}")
    except Absent:
        return False


def _text(system: System, path: str) -> str:
    try:
        return system.read(path)
    except Absent:
        return ""
