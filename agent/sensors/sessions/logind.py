"""The session files of systemd-logind, /run/systemd/sessions/*: NAME=value lines.

Its own command, loginctl, starts a process and a bus call for each session; these files say the
same and have kept their form since 2011.
"""

import ipaddress
from dataclasses import dataclass

from agent.sensors.sessions.rows import Service

SERVICES: dict[str, Service] = {
    "sshd": "ssh",
    "xrdp-sesman": "rdp",
    "gnome-remote-desktop": "rdp",
    "vncserver": "vnc",
    "tigervnc": "vnc",
}


@dataclass(frozen=True)
class Session:
    """A session that logind calls remote."""

    service: Service
    origin: str


def remote(text: str) -> Session | None:
    """The session of one file, if it is a remote one that is not closing."""
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    service = SERVICES.get(said.get("SERVICE", ""), "other")
    if said.get("STATE") == "closing" or said.get("CLASS", "user") != "user":
        return None
    if said.get("REMOTE") != "1" and service not in ("rdp", "vnc"):
        return None
    return Session(service, origin(said.get("REMOTE_HOST", "")))


def origin(text: str) -> str:
    """An address in canonical form; empty for a host name, and for this machine itself."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return "" if address.is_loopback else address.compressed
