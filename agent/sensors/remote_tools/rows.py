"""The rows of the remote_tools sensor."""

from typing import Literal

from wire.row import Row

Unattended = Literal["yes", "no", "unknown"]
Via = Literal["direct", "relayed", "tunnel", "unknown"]


class Present(Row, frozen=True, tag="remote_tool.present"):
    """A tool that can drive this machine is here.

    tool: the signature's id. installed: set up to start, or its files are there. listening: TCP
    ports. unattended: whether it lets somebody in with nobody at the keyboard. grounds: what was
    recognised, in the signature's words.
    """

    tool: str
    name: str
    role: str
    installed: bool
    running: bool
    listening: tuple[int, ...]
    unattended: Unattended
    strength: str
    grounds: tuple[str, ...]


class Session(Row, frozen=True, tag="remote_tool.session"):
    """Somebody is connected through the tool now.

    peer: the other end's address, empty when the tool does not show it. port: the local port, 0
    likewise. via: a peer that is this machine itself is `unknown`: it may be a tunnel's end.
    """

    tool: str
    name: str
    peer: str
    port: int
    via: Via
