"""Remote logins to what ships with a system, as the tools they are."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """What a login's service is called, and the ids under which it may be sanctioned.

    The first is the one that claims are about.
    """

    name: str
    ids: tuple[str, ...]


SERVICES: Mapping[str, Service] = {
    "rdp": Service("Remote Desktop", ("remote_access.rdp", "remote_access.xrdp")),
    "screen_sharing": Service("Screen Sharing", ("remote_access.screen_sharing",)),
    "ssh": Service("ssh", ("remote_access.ssh",)),
}
"""By the service that a `session.login` row names; those of other tools have rows of their own."""
