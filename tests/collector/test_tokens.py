import hashlib

from collector.tokens import Role, hashed, mint


def test_a_secret_is_32_random_bytes_in_base64url_and_begins_like_no_option() -> None:
    assert mint(lambda count: b"\xff" * count) == "fw" + "_" * 42 + "8"
    assert mint(lambda count: b"\xfb" * count).startswith("fw-")


def test_what_is_stored_is_its_sha_256() -> None:
    assert hashed("secret") == hashlib.sha256(b"secret").digest()


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    assert sorted(Role) == [Role.viewer, Role.analyst, Role.responder, Role.admin]
