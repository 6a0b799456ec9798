"""The collector's own keys: made once, kept to itself."""

from pathlib import Path

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from collector import keys


def test_keys_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    made = keys.load(folder)

    assert keys.load(folder) == made
    assert len({made.receipt, made.policy, made.hash_key}) == 3
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"receipt.key": 0o600, "policy.key": 0o600, "hash.key": 0o600}


def test_each_key_signs_what_its_public_half_verifies(tmp_path: Path) -> None:
    made = keys.load(tmp_path / "keys")

    receipt, policy = VerifyKey(made.receipt_public), VerifyKey(made.policy_public)
    assert receipt.verify(b"message", made.sign_receipt(b"message")) == b"message"
    assert policy.verify(b"message", made.sign_policy(b"message")) == b"message"
    with pytest.raises(BadSignatureError):
        policy.verify(b"message", made.sign_receipt(b"message"))


def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(
    tmp_path: Path,
) -> None:
    keys.load(tmp_path / "keys")
    path = tmp_path / "keys" / "policy.key"
    path.chmod(0o644)

    with pytest.raises(keys.KeysFault, match=f"run: chmod 600 {path}"):
        keys.load(tmp_path / "keys")


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    keys.load(tmp_path / "keys")
    (tmp_path / "keys" / "hash.key").write_bytes(b"short")

    with pytest.raises(keys.KeysFault, match="has 5 bytes where a key has 32"):
        keys.load(tmp_path / "keys")


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(keys.KeysFault, match="keys cannot be made: No such file or directory"):
        keys.load(tmp_path / "nowhere" / "keys")
