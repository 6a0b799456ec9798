"""How a laptop becomes a host: a request signed by its own new key, and what it is granted."""

import msgspec

from wire.envelope import Envelope


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request to be enrolled, with a token; or readmitted, with the receipt of an earlier one.

    public_key: 32 bytes, Ed25519. Sent in an envelope signed by that key, which proves possession.
    """

    v: int
    token: str = ""
    receipt: Envelope | None = None
    public_key: bytes
    at: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the collector signs: this key belongs to this host."""

    host_id: str
    public_key: bytes
    issued: int


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an enrolment.

    keyid: what the agent's envelopes carry from now on. hash_key: 32 bytes for keyed hashes.
    policy_key: 32 bytes, the Ed25519 key that signs policy and packs.
    """

    host_id: str
    keyid: str
    receipt: Envelope
    hash_key: bytes
    policy_key: bytes
