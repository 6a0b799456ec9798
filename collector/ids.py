"""Ids of our own: UUIDv7 (RFC 9562), so that what came later also sorts later."""

from datetime import datetime
from uuid import UUID

from collector.store.times import millis
from collector.tokens import Randomness


def uuid7(now: datetime, random: Randomness) -> str:
    """A UUIDv7: 48 bits of milliseconds, then chance."""
    chance = int.from_bytes(random(10), "big")
    head = (millis(now) & 0xFFFF_FFFF_FFFF) << 80
    middle = (0x7000 | (chance >> 62) & 0x0FFF) << 64
    tail = 0x8000_0000_0000_0000 | chance & 0x3FFF_FFFF_FFFF_FFFF
    return str(UUID(int=head | middle | tail))
