"""Secrets that let someone in: 32 random bytes, kept only as their SHA-256; and the four roles."""

import base64
import hashlib
from collections.abc import Callable
from enum import IntEnum

Randomness = Callable[[int], bytes]


class Role(IntEnum):
    """What a token may do; each role may do all that the ones before it may."""

    viewer = 1
    analyst = 2
    responder = 3
    admin = 4


def mint(random: Randomness) -> str:
    """A new secret: `fw` and 32 random bytes in base64url; never like an option of a command."""
    return "fw" + base64.urlsafe_b64encode(random(32)).rstrip(b"=").decode()


def hashed(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()
