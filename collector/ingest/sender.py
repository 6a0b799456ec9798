"""Who signed an envelope: the host its key id names, if the signature fits that host's key."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass

import msgspec
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from collector.ingest.counters import Counters
from collector.ingest.refusal import Refusal, of_wire
from collector.store.memory import Memory
from wire.codec import Malformed, WireError, decode_envelope, encode
from wire.envelope import Envelope, pae


class _Spelling(msgspec.Struct):
    payload: str
    signatures: tuple[dict[str, msgspec.Raw], ...]


_spelling = msgspec.json.Decoder(_Spelling)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)


def key_hint(public_key: bytes) -> str:
    """The part of a key id that tells a host's keys apart."""
    return hashlib.sha256(public_key).digest()[:4].hex()


def key_id(n: int, public_key: bytes) -> str:
    """The key id of a host."""
    return f"{n}.{key_hint(public_key)}"


def signed_by(envelope: Envelope, public_key: bytes) -> bool:
    """Whether the envelope's signature is of this key."""
    message = pae(envelope.payload_type, envelope.payload)
    try:
        crypto_sign_open(envelope.signatures[0].sig + message, public_key)
    except BadSignatureError:
        return False
    return True


def open_envelope(line: bytes, payload_type: str, counters: Counters) -> Envelope:
    """The envelope on a line, in its one spelling; nothing in it is believed yet."""
    try:
        envelope = decode_envelope(line)
    except Malformed as error:
        if "base64" in error.why or error.place.endswith(".sig"):  # so no key's signature fits
            raise Refusal("unauthenticated", error.why, error.place) from error
        raise of_wire(error) from error
    except WireError as error:
        raise of_wire(error) from error
    if envelope.payload_type != payload_type:
        raise Refusal("malformed", f"expected {payload_type}", "$.payloadType")
    if encode(envelope) != line:
        _check_spelling(line, envelope)
        counters.unknown_fields += _unknown(line)
    return envelope


@dataclass(frozen=True)
class Senders:
    """Tells which host signed an envelope."""

    memory: Memory
    counters: Counters

    def host(self, envelope: Envelope) -> int:
        """The number of the host that signed it."""
        n, hint = _split(envelope.signatures[0].keyid)
        if self.memory.standing(n) == "unknown":
            raise Refusal("unknown-host", "no such host")
        key = self.memory.key(n)
        if key_hint(key) != hint:
            raise Refusal("unknown-host", "the host with this number has another key")
        if not signed_by(envelope, key):
            raise Refusal("unauthenticated", "the signature is not of this host's key")
        if self.memory.standing(n) == "revoked":
            raise Refusal("revoked", "an administrator has ended this host's enrolment")
        return n


def _split(keyid: str) -> tuple[int, str]:
    number, dot, hint = keyid.partition(".")
    if not dot or len(number) > 9 or not (number.isascii() and number.isdecimal()):
        raise Refusal("unknown-host", "a key id is a number, a dot and 8 hexadecimal digits")
    if number.startswith("0"):
        raise Refusal("unknown-host", "a key id's number has one spelling")
    return int(number), hint


def _check_spelling(line: bytes, envelope: Envelope) -> None:
    # Base64 has spare bits at its end (RFC 4648, 3.5): two texts, one signature. Only one is taken.
    spelt = _spelling.decode(line)
    if spelt.payload != b64encode(envelope.payload).decode():
        raise Refusal("unauthenticated", "base64 with bits to spare", "$.payload")
    signature = envelope.signatures[0].sig
    if _text.decode(spelt.signatures[0]["sig"]) != b64encode(signature).decode():
        raise Refusal("unauthenticated", "base64 with bits to spare", "$.signatures[0].sig")


def _unknown(line: bytes) -> int:
    fields = _fields.decode(line)
    signature = _spelling.decode(line).signatures[0]
    return len(fields) + len(signature) - 5
