from datetime import UTC, datetime

import msgspec
import pytest
from nacl.signing import SigningKey, VerifyKey

from agent.enrol import BadGrant, Enroller, Refused
from agent.identity import NotEnrolled, Unreadable, load, signer
from agent.transport import Response
from agent.uplink import Uplink
from tests.agent.fake_collector import FakeCollector, problem
from tests.agent.memory_disk import MemoryDisk
from wire.codec import decode, decode_envelope, encode
from wire.enrolment import Enrolment, Grant
from wire.envelope import ENROLMENT, RECEIPT, Envelope, Signature, pae

RECEIPT_ENVELOPE = Envelope(RECEIPT, b"{}", (Signature("receipt", bytes(64)),))
GRANT = Grant(
    host_id="0191",
    keyid="7.0a0b0c0d",
    receipt=RECEIPT_ENVELOPE,
    hash_key=bytes(32),
    policy_key=bytes([1]) * 32,
)


def enroller(disk: MemoryDisk, *answers: Response) -> tuple[Enroller, FakeCollector]:
    collector = FakeCollector(key=b"", grants=list(answers))
    uplink = Uplink(collector, lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    return Enroller(disk, uplink), collector


def test_a_laptop_enrols_with_a_key_of_its_own_and_proves_that_it_has_it() -> None:
    disk = MemoryDisk()
    one, collector = enroller(disk, Response(201, {}, encode(GRANT)))
    identity = one.enrol("https://farm", "token", "ca.pem")
    envelope = decode_envelope(collector.bodies[0])
    request = decode(envelope.payload, Enrolment)
    VerifyKey(request.public_key).verify(
        pae(ENROLMENT, envelope.payload), envelope.signatures[0].sig
    )
    assert (request.token, request.receipt, request.at) == ("token", None, 1795510800)
    assert request.public_key == bytes(SigningKey(identity.seed).verify_key)
    assert load(disk) == identity
    assert (identity.url, identity.host_id, identity.ca) == ("https://farm", "0191", "ca.pem")
    assert identity.seed not in collector.bodies[0]


def test_a_second_try_uses_the_same_key() -> None:
    disk = MemoryDisk()
    first, away = enroller(disk, problem(503, "busy"))
    with pytest.raises(Refused):
        first.enrol("https://farm", "token", "")
    again, collector = enroller(disk, Response(201, {}, encode(GRANT)))
    again.enrol("https://farm", "token", "")
    keys = {
        decode(decode_envelope(body).payload, Enrolment).public_key
        for body in (*away.bodies, *collector.bodies)
    }
    assert len(keys) == 1
    assert disk.names("") == ("identity.json",)


def test_a_refusal_says_what_the_collector_said_in_plain_words() -> None:
    one, _ = enroller(MemoryDisk(), problem(401, "refused-token", detail="used \x1b[0mup"))
    with pytest.raises(Refused, match=r"answered 401 refused-token: used \?\[0mup"):
        one.enrol("https://farm", "token", "")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"<html>",
        encode(msgspec.structs.replace(GRANT, hash_key=b"short")),
        encode(msgspec.structs.replace(GRANT, policy_key=b"")),
        encode(msgspec.structs.replace(GRANT, keyid="")),
    ],
)
def test_a_grant_that_makes_no_sense_enrols_nothing(body: bytes) -> None:
    disk = MemoryDisk()
    one, _ = enroller(disk, Response(201, {}, body))
    with pytest.raises(BadGrant):
        one.enrol("https://farm", "token", "")
    with pytest.raises(NotEnrolled):
        load(disk)


def test_a_host_is_readmitted_by_its_receipt_under_the_same_key() -> None:
    disk = MemoryDisk()
    one, _ = enroller(disk, Response(201, {}, encode(GRANT)))
    before = one.enrol("https://farm", "token", "")
    granted = msgspec.structs.replace(GRANT, keyid="9.0a0b0c0d")
    two, collector = enroller(disk, Response(201, {}, encode(granted)))
    after = two.readmit(before)
    request = decode(decode_envelope(collector.bodies[0]).payload, Enrolment)
    assert (request.token, request.receipt) == ("", RECEIPT_ENVELOPE)
    assert (after.keyid, after.seed, load(disk)) == ("9.0a0b0c0d", before.seed, after)


def test_an_identity_signs_under_its_key_id() -> None:
    disk = MemoryDisk()
    one, _ = enroller(disk, Response(201, {}, encode(GRANT)))
    identity = one.enrol("https://farm", "token", "")
    envelope = signer(identity).seal("x/y", b"hello")
    SigningKey(identity.seed).verify_key.verify(pae("x/y", b"hello"), envelope.signatures[0].sig)
    assert envelope.signatures[0].keyid == "7.0a0b0c0d"


def test_an_identity_that_cannot_be_read_is_not_overwritten_in_silence() -> None:
    disk = MemoryDisk()
    disk.write("identity.json", b"{}")
    with pytest.raises(Unreadable, match=r"identity\.json: "):
        load(disk)
