"""Keyed hashes: equal things get equal pseudonyms on all laptops that hold the same key."""

import base64
import hashlib


def pseudonym(text: str, key: bytes) -> str:
    """16 bytes of keyed BLAKE2b as 22 base64url characters."""
    raw = hashlib.blake2b(text.encode(), digest_size=16, key=key).digest()
    return base64.urlsafe_b64encode(raw)[:22].decode()
