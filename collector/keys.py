"""The collector's own keys: files beside the database but apart from it, readable by it alone.

KeysFault   a key file cannot be read or made, or others may read it (the operator's)
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nacl.signing import SigningKey

from collector.tokens import Randomness


class KeysFault(Exception):
    """A key file cannot be read or made, or others may read it; the message names the file."""


@dataclass(frozen=True)
class Keys:
    """receipt: signs receipts, never leaves. policy: signs policy. hash_key: every laptop has it.

    receipt and policy are Ed25519 seeds of 32 bytes.
    """

    receipt: bytes
    policy: bytes
    hash_key: bytes

    @cached_property
    def sign_receipt(self) -> Callable[[bytes], bytes]:
        """Signs a message with the receipt key."""
        return _signer(self.receipt)

    @cached_property
    def sign_policy(self) -> Callable[[bytes], bytes]:
        """Signs a message with the policy key."""
        return _signer(self.policy)

    @cached_property
    def receipt_public(self) -> bytes:
        """The public half of the receipt key."""
        return bytes(SigningKey(self.receipt).verify_key)

    @cached_property
    def policy_public(self) -> bytes:
        """The public half of the policy key."""
        return bytes(SigningKey(self.policy).verify_key)


def load(folder: Path, random: Randomness = os.urandom) -> Keys:
    """The keys in a folder; what is not there yet is made."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise KeysFault(f"{folder} cannot be made: {error.strerror}") from error
    return Keys(
        receipt=_key(folder / "receipt.key", random),
        policy=_key(folder / "policy.key", random),
        hash_key=_key(folder / "hash.key", random),
    )


def _key(path: Path, random: Randomness) -> bytes:
    try:
        if not path.exists():
            _make(path, random(32))
        if path.stat().st_mode & 0o077:
            raise KeysFault(f"{path} may be read by others; run: chmod 600 {path}")
        key = path.read_bytes()
    except OSError as error:
        raise KeysFault(f"{path} cannot be read or made: {error.strerror}") from error
    if len(key) != 32:
        raise KeysFault(f"{path} has {len(key)} bytes where a key has 32")
    return key


def _make(path: Path, key: bytes) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, key)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.rename(path)


def _signer(seed: bytes) -> Callable[[bytes], bytes]:
    key = SigningKey(seed)
    return lambda message: key.sign(message).signature
