import base64
import json

import msgspec
import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

from tests.wire.examples import KEY, sealed
from wire.codec import encode
from wire.envelope import REPORT, pae, seal
from wire.report import Report

UNCHANGED_MOST = 400


def theirs(key: SigningKey, keyid: str) -> SSlibKey:
    public = {"public": bytes(key.verify_key).hex()}
    return SSlibKey(keyid, "ed25519", "ed25519", public)


def as_theirs(data: bytes) -> TheirEnvelope:
    return TheirEnvelope.from_dict(json.loads(data))


def test_the_encoding_that_is_signed_is_the_one_of_the_specification() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_another_implementation_verifies_our_envelopes() -> None:
    envelope = as_theirs(encode(sealed(REPORT, b'{"v":1}')))
    accepted = envelope.verify([theirs(KEY, "7.0a0b0c0d")], 1)
    assert list(accepted) == ["7.0a0b0c0d"]
    assert envelope.payload == b'{"v":1}'


def test_another_implementation_refuses_a_changed_payload() -> None:
    document = json.loads(encode(sealed(REPORT, b'{"v":1}')))
    document["payload"] = base64.b64encode(b'{"v":2}').decode()
    with pytest.raises(VerificationError):
        TheirEnvelope.from_dict(document).verify([theirs(KEY, "7.0a0b0c0d")], 1)


def test_another_implementation_refuses_another_type() -> None:
    document = json.loads(encode(sealed(REPORT, b'{"v":1}')))
    document["payloadType"] = "application/json"
    with pytest.raises(VerificationError):
        TheirEnvelope.from_dict(document).verify([theirs(KEY, "7.0a0b0c0d")], 1)


def test_both_sides_sign_the_same_bytes() -> None:
    envelope = sealed(REPORT, b"{}")
    assert as_theirs(encode(envelope)).pae() == pae(REPORT, b"{}")


@pytest.mark.parametrize("place", range(7))
def test_any_changed_byte_of_the_payload_breaks_the_signature(place: int) -> None:
    envelope = sealed(REPORT, b'{"v":1}')
    changed = bytearray(envelope.payload)
    changed[place] ^= 1
    with pytest.raises(BadSignatureError):
        KEY.verify_key.verify(pae(REPORT, bytes(changed)), envelope.signatures[0].sig)


def test_an_unchanged_report_is_at_most_400_bytes_with_its_envelope() -> None:
    report = Report(
        v=1, epoch="e" * 22, seq=99_999_999, prev="p" * 22, state="s" * 22, at=1_999_999_999
    )
    envelope = seal(REPORT, encode(report), "9999999.0a0b0c0d", lambda _: bytes(64))
    assert len(encode(envelope)) <= UNCHANGED_MOST
    assert msgspec.json.decode(encode(envelope))["payloadType"] == REPORT
