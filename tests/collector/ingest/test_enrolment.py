"""Laptops that become hosts, by token or by receipt, and those that do not."""

from datetime import timedelta
from ipaddress import ip_network

import msgspec
import pytest
from nacl.signing import SigningKey, VerifyKey

from collector.ingest.forwarded import Proxies
from collector.ingest.sender import key_hint
from collector.store.hosts import revoke_host
from lab.laptops import Laptop
from tests.collector.ingest.conftest import AT, Said, Site
from wire.codec import encode
from wire.enrolment import Enrolment, Grant, Receipt
from wire.envelope import ENROLMENT, RECEIPT, pae, seal

LAPTOP = Laptop.seeded(1, 0)


def enrol(
    site: Site, laptop: Laptop = LAPTOP, token: str = "secret", peer: str = "192.0.2.7"
) -> Said:
    return site.post("/v1/enrolments", laptop.enrolment(AT, token), peer=peer)


def grant(said: Said) -> Grant:
    assert said.status == 201, said.document
    return msgspec.convert(said.document, Grant)


def test_a_token_makes_a_host_and_grants_a_receipt(site: Site) -> None:
    site.token()

    granted = grant(enrol(site))

    assert granted.keyid == f"1.{key_hint(LAPTOP.public_key)}"
    assert granted.hash_key == site.keys.hash_key
    assert granted.policy_key == site.keys.policy_public
    assert site.rows("SELECT n, host_id, public_key, provisional FROM host") == [
        (1, granted.host_id, LAPTOP.public_key, 1)
    ]
    assert site.rows("SELECT cause, host FROM journal") == [("enrolment", 1)]
    assert site.rows("SELECT used FROM enrolment_token") == [(1,)]
    assert site.rows("SELECT who, address, did, subject, detail FROM audit") == [
        ("agent", "192.0.2.7", "enrol", granted.host_id, f"key {key_hint(LAPTOP.public_key)}")
    ]
    assert site.woken == 1


def test_a_receipt_is_signed_by_the_receipt_key(site: Site) -> None:
    site.token()

    granted = grant(enrol(site))

    receipt = granted.receipt
    message = pae(RECEIPT, receipt.payload)
    VerifyKey(site.keys.receipt_public).verify(message, receipt.signatures[0].sig)
    assert msgspec.json.decode(receipt.payload, type=Receipt) == Receipt(
        host_id=granted.host_id, public_key=LAPTOP.public_key, issued=AT
    )


def test_a_host_that_asks_again_is_granted_the_same_and_uses_nothing_up(site: Site) -> None:
    site.token()

    first, again = grant(enrol(site)), grant(enrol(site))

    assert again == first
    assert site.rows("SELECT used FROM enrolment_token") == [(1,)]


def test_a_used_up_token_is_refused_and_raises_an_alarm(site: Site) -> None:
    site.token()
    enrol(site)
    other = Laptop.seeded(2, 0)

    said = enrol(site, other)

    assert (said.status, said.problem, said.document["detail"]) == (
        401, "refused-token", "used up",
    )  # fmt: skip
    assert site.rows("SELECT did, subject FROM audit")[1:] == [
        ("alarm.used-up-token", f"key {key_hint(other.public_key)}")
    ]
    assert site.rows("SELECT count(*) FROM host") == [(1,)]


def test_a_token_that_is_not_ours_is_refused(site: Site) -> None:
    said = enrol(site, token="guess")

    assert (said.status, said.problem, said.document["place"]) == (401, "refused-token", "$.token")
    assert site.audited == [("192.0.2.7", "refuse.refused-token", "no such token")]


def test_an_expired_token_is_refused(site: Site) -> None:
    site.token()
    site.now += timedelta(days=1)

    assert enrol(site).document["detail"] == "expired"


def test_a_token_for_one_network_is_refused_elsewhere(site: Site) -> None:
    site.token(network="198.51.100.0/24")

    assert enrol(site).document["detail"] == "not from this network"
    assert enrol(site, peer="198.51.100.9").status == 201


@pytest.mark.parametrize("proxies", [Proxies((ip_network("10.0.0.0/8"),))])
def test_a_network_is_that_of_the_laptop_and_not_of_the_proxy(site: Site, proxies: Proxies) -> None:
    site.token(network="198.51.100.0/24")
    body = LAPTOP.enrolment(AT, "secret")
    headers = {"x-forwarded-for": "198.51.100.9"}

    assert site.post("/v1/enrolments", body, peer="10.0.0.1", headers=headers).status == 201


def test_a_request_that_its_own_key_did_not_sign_is_unauthenticated(site: Site) -> None:
    site.token()
    request = Enrolment(v=1, token="secret", public_key=LAPTOP.public_key, at=AT)
    other = Laptop.seeded(2, 0)

    said = site.post("/v1/enrolments", encode(seal(ENROLMENT, encode(request), "", other.sign)))

    assert (said.status, said.problem) == (401, "unauthenticated")


MALFORMED = {
    "no token and no receipt": ({"v": 1, "public_key": "", "at": 1}, "$.public_key"),
    "an unknown version": ({"v": 3, "public_key": "", "at": 1}, "$.v"),
    "no version": ({"public_key": "", "at": 1}, "$.v"),
    "a token that is a number": ({"v": 1, "token": 1, "public_key": "", "at": 1}, "$.token"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_told_its_field(site: Site, name: str) -> None:
    fields, place = MALFORMED[name]
    body = encode(seal(ENROLMENT, msgspec.json.encode(fields), "", LAPTOP.sign))

    said = site.post("/v1/enrolments", body)

    assert (said.status, said.document["place"]) == (400, place)


def test_a_request_with_neither_token_nor_receipt_is_malformed(site: Site) -> None:
    said = site.post("/v1/enrolments", LAPTOP.enrolment(AT))

    assert (said.status, said.document["place"]) == (400, "$.token")


def test_a_receipt_readmits_an_unknown_host_after_the_database_was_lost(site: Site) -> None:
    site.token()
    granted = grant(enrol(site))
    site.enrolled(2)
    site.database.close()
    for file in site.data.glob("farmwatch.db*"):
        file.unlink()
    site.open()
    other = site.enrolled(3)
    laptop = Laptop.seeded(1, 1)
    laptop.sees("usb", [])
    line = laptop.line(laptop.report(AT, full=True))

    assert site.send(line).problem == "unknown-host"
    again = grant(site.post("/v1/enrolments", laptop.enrolment(AT, receipt=granted.receipt)))

    assert (again.host_id, again.keyid[:2], other.n) == (granted.host_id, "2.", 1)
    laptop = Laptop.seeded(1, 2)
    laptop.sees("usb", [])
    assert site.send(laptop.line(laptop.report(AT, full=True))).status == 202


def test_a_receipt_of_a_host_that_is_known_changes_nothing(site: Site) -> None:
    site.token()
    granted = grant(enrol(site))
    before = site.rows("SELECT * FROM host")

    again = grant(site.post("/v1/enrolments", LAPTOP.enrolment(AT, receipt=granted.receipt)))

    assert again == granted
    assert site.rows("SELECT * FROM host") == before
    assert site.rows("SELECT max(n) FROM journal") == [(1,)]


def test_a_host_that_was_revoked_stays_revoked(site: Site) -> None:
    site.token(uses=2)
    granted = grant(enrol(site))
    n = site.database.write_now(lambda connection: revoke_host(connection, granted.host_id, 1))
    assert n == 1

    by_receipt = site.post("/v1/enrolments", LAPTOP.enrolment(AT, receipt=granted.receipt))
    by_token = enrol(site)

    assert (by_receipt.status, by_receipt.problem) == (401, "revoked")
    assert (by_token.status, by_token.problem) == (401, "revoked")
    site.restart()
    assert site.memory.standing(1) == "revoked"


def test_a_receipt_that_is_not_ours_is_refused(site: Site) -> None:
    receipt = Receipt(host_id="x", public_key=LAPTOP.public_key, issued=AT)
    stranger = SigningKey(b"x" * 32)
    forged = seal(RECEIPT, encode(receipt), "", lambda message: stranger.sign(message).signature)

    said = site.post("/v1/enrolments", LAPTOP.enrolment(AT, receipt=forged))

    assert (said.status, said.problem, said.document["place"]) == (
        401, "refused-token", "$.receipt",
    )  # fmt: skip


def test_another_keys_receipt_is_refused(site: Site) -> None:
    site.token()
    granted = grant(enrol(site))
    thief = Laptop.seeded(2, 0)

    said = site.post("/v1/enrolments", thief.enrolment(AT, receipt=granted.receipt))

    assert (said.status, said.document["detail"]) == (401, "the receipt is another key's")


def test_host_ids_are_in_version_seven(site: Site) -> None:
    site.token()

    host_id = grant(enrol(site)).host_id

    assert host_id[14] == "7"
    assert int(host_id.replace("-", "")[:12], 16) == AT * 1000
