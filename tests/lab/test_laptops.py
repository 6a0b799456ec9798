"""Simulated laptops sign what a collector takes, and chain it."""

from nacl.signing import VerifyKey

from lab.laptops import Laptop
from wire.codec import decode_envelope, decode_report
from wire.digest import digest
from wire.envelope import pae


def test_a_seed_makes_one_laptop() -> None:
    one, two = Laptop.seeded(1, 5), Laptop.seeded(1, 5)

    assert (one.public_key, one.epoch, one.keyid) == (two.public_key, two.epoch, two.keyid)
    assert Laptop.seeded(2, 5).public_key != one.public_key


def test_reports_are_signed_and_follow_each_other() -> None:
    laptop = Laptop.seeded(1, 5)
    laptop.sees("usb", [{"kind": "usb.device", "port": "1-1"}])
    lines = [laptop.line(laptop.report(1, full=True)), laptop.line(laptop.report(2))]
    first, second = (decode_envelope(line) for line in lines)

    for envelope in (first, second):
        message = pae(envelope.payload_type, envelope.payload)
        VerifyKey(laptop.public_key).verify(message, envelope.signatures[0].sig)
    one, two = decode_report(first.payload), decode_report(second.payload)
    assert (one.seq, one.prev, two.seq, two.prev) == (1, "", 2, digest(first.payload))
    assert one.state == two.state == laptop.state()
