"""The rows of the sessions sensor."""

from typing import Literal

from wire.row import Row

Service = Literal["ssh", "vnc", "rdp", "screen_sharing", "other"]


class Login(Row, frozen=True, tag="session.login"):
    """Somebody is logged in from elsewhere.

    origin: the other end's address; empty when the connection comes from this machine itself,
    which is where a tunnel ends, or is not known.
    """

    service: Service
    origin: str
