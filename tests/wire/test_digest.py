import hashlib

from hypothesis import given
from hypothesis import strategies as st

from wire.digest import digest, sensor_digest, state_digest

rows = st.lists(st.binary(max_size=10))


def test_a_digest_is_16_bytes_of_sha256_in_base64url() -> None:
    assert digest(b"") == "47DEQpj8HBSa-_TImW-5JA"
    assert hashlib.sha256(b"").digest()[:2] == b"\xe3\xb0"


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_count(one: list[bytes], chance: object) -> None:
    other = list(one)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert sensor_digest("usb", "ok", "", one) == sensor_digest("usb", "ok", "", other)


def test_the_outcome_and_its_reason_count() -> None:
    digests = {
        sensor_digest("usb", "ok", "", [b"a"]),
        sensor_digest("usb", "denied", "", [b"a"]),
        sensor_digest("usb", "denied", "because", [b"a"]),
        sensor_digest("clock", "ok", "", [b"a"]),
        sensor_digest("usb", "ok", "", []),
    }
    assert len(digests) == 5


def test_the_order_of_sensors_does_not_count() -> None:
    assert state_digest({"a": "1", "b": "2"}) == state_digest({"b": "2", "a": "1"})
    assert state_digest({"a": "1", "b": "2"}) != state_digest({"a": "2", "b": "1"})
