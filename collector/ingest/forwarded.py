"""Whose address a call came from: the peer's, or what trusted proxies say of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

Network = IPv4Network | IPv6Network

# for="[2001:db8::1]:4711";proto=https, for=192.0.2.60
FOR = re.compile(r'(?:^|;)\s*for=("?)(?P<node>[^";,]+)\1', re.IGNORECASE)
# 192.0.2.60:443 or [2001:db8::1]:4711
PORT = re.compile(r"^(?:\[(?P<six>[^\]]+)\]|(?P<four>[\d.]+))(?::\w+)?$")


@dataclass(frozen=True)
class Proxies:
    """The proxies that are believed, and the one header that they write."""

    trusted: tuple[Network, ...] = ()
    header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"


def client(peer: str, headers: Iterable[tuple[bytes, bytes]], proxies: Proxies) -> str:
    """The right-most address that no trusted proxy has, in canonical form; empty if none is one."""
    if not proxies.trusted:
        return canonical(peer)
    address = canonical(peer)
    for hop in _hops(headers, proxies):
        if not trusted(address, proxies):
            break
        address = canonical(hop)
    return address


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """An address in its one spelling, without zone; empty when it is none."""
    found = PORT.match(text)
    bare = (found["six"] or found["four"]) if found else text
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(address)


def _hops(headers: Iterable[tuple[bytes, bytes]], proxies: Proxies) -> Iterator[str]:
    wanted = proxies.header.encode()
    values = [value.decode("latin-1") for name, value in headers if name == wanted]
    for part in reversed(",".join(values).split(",")):
        if proxies.header == "x-forwarded-for":
            if part.strip():
                yield part.strip()
        elif found := FOR.search(part):
            yield found["node"].strip()


def trusted(address: str, proxies: Proxies) -> bool:
    """Whether this address, in canonical form, is a trusted proxy's."""
    if not address:
        return False
    there = ip_address(address)
    return any(there in network for network in proxies.trusted)
