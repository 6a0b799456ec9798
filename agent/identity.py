"""Who this laptop is to the collector: its own key, its host id, and the receipt that readmits it.

IdentityFault
  NotEnrolled   there is no identity yet (the operator's)
  Unreadable    the file is there and cannot be read (the operator's)
"""

from dataclasses import dataclass

import msgspec
from nacl.signing import SigningKey

from agent.disk import Disk, Gone, store
from wire.envelope import Envelope, seal

FILE = "identity.json"


class IdentityFault(Exception):
    """This laptop cannot say who it is."""


class NotEnrolled(IdentityFault):
    """There is no identity yet."""


class Unreadable(IdentityFault):
    """The identity's file is there and cannot be read."""


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What enrolment gave and made; `seed` is the private key and never leaves the file.

    ca: the PEM file in the agent's folder that the collector's certificate must lead to, or empty
    for the system's own.
    """

    url: str
    host_id: str
    keyid: str
    seed: bytes
    hash_key: bytes
    policy_key: bytes
    receipt: Envelope
    ca: str = ""


@dataclass
class Signer:
    """Signs with the host's key; the key id may change when the host is readmitted."""

    keyid: str
    key: SigningKey

    def seal(self, payload_type: str, payload: bytes) -> Envelope:
        """The payload in a signed envelope."""
        return seal(payload_type, payload, self.keyid, self._sign)

    def _sign(self, message: bytes) -> bytes:
        return bytes(self.key.sign(message).signature)


def load(disk: Disk) -> Identity:
    """The identity of this laptop."""
    try:
        return msgspec.json.decode(disk.read(FILE), type=Identity)
    except Gone as error:
        raise NotEnrolled("not enrolled: run `farmwatch-agent enrol`") from error
    except msgspec.DecodeError as error:
        raise Unreadable(f"{FILE}: {error}") from error


def save(disk: Disk, identity: Identity) -> None:
    """Keeps the identity, only for its owner."""
    store(disk, FILE, msgspec.json.encode(identity))


def signer(identity: Identity) -> Signer:
    """Who signs as this identity."""
    return Signer(identity.keyid, SigningKey(identity.seed))
