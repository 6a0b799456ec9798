"""The DSSE envelope: one payload, one Ed25519 signature, verifiable without HTTP.

Specification: github.com/secure-systems-lab/dsse, protocol.md and envelope.md. The key id is a
hint (which host's key to try), as there; nothing is believed because of it.
"""

from collections.abc import Callable

import msgspec

REPORT = "application/vnd.farmwatch.report+json"
ANSWER = "application/vnd.farmwatch.answer+json"
ENROLMENT = "application/vnd.farmwatch.enrolment+json"
RECEIPT = "application/vnd.farmwatch.receipt+json"
POLICY = "application/vnd.farmwatch.policy+json"


class Signature(msgspec.Struct, frozen=True):
    """One signature; `sig` is 64 bytes of Ed25519, base64 in JSON."""

    keyid: str
    sig: bytes


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """A payload with its type and its signatures; ours always has exactly one."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what is really signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, keyid: str, sign: Callable[[bytes], bytes]) -> Envelope:
    """The payload in an envelope, signed by `sign` (message to 64 bytes)."""
    return Envelope(payload_type, payload, (Signature(keyid, sign(pae(payload_type, payload))),))
