"""The rows of the network sensor."""

from typing import Literal

from wire.row import Row

Vendor = Literal["provider", "travel_router", "phone", "unknown"]
Type = Literal["wireguard", "tun", "tailscale", "zerotier", "other"]


class Interface(Row, frozen=True, tag="network.interface"):
    """A network card, or a tunnel; mtu in bytes."""

    name: str
    mtu: int


class Gateway(Row, frozen=True, tag="network.gateway"):
    """The box behind which the machine is: keyed hash of its MAC, and what kind of box it is."""

    gateway: str
    vendor: Vendor


class Tunnel(Row, frozen=True, tag="network.tunnel"):
    """A tunnel that is up."""

    name: str
    type: Type
