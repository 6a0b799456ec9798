"""A viewer's own network: a namespace with one veth pair to this machine, made and removed here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.processes import said


@dataclass(frozen=True)
class Network:
    """A namespace; `near` is this machine's address on the pair, `far` the viewer's."""

    name: str
    near: str
    far: str


@contextmanager
def network() -> Iterator[Network]:
    """A network namespace with its own address, reached through a veth pair."""
    tag = f"fw{os.getpid() % 100000}"
    made = Network(name=tag, near="10.213.77.1", far="10.213.77.2")
    said("ip", "netns", "add", made.name)
    try:
        said("ip", "link", "add", f"{tag}a", "type", "veth", "peer", "name", f"{tag}b")
        said("ip", "link", "set", f"{tag}b", "netns", made.name)
        said("ip", "addr", "add", f"{made.near}/30", "dev", f"{tag}a")
        said("ip", "link", "set", f"{tag}a", "up")
        inside = ("ip", "netns", "exec", made.name, "ip")
        said(*inside, "addr", "add", f"{made.far}/30", "dev", f"{tag}b")
        said(*inside, "link", "set", f"{tag}b", "up")
        said(*inside, "link", "set", "lo", "up")
        yield made
    finally:
        said("ip", "netns", "delete", made.name)
