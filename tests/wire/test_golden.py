from pathlib import Path

import msgspec
import pytest

from tests.wire.examples import EXAMPLES
from wire.codec import encode

GOLDEN = Path(__file__).with_name("golden")


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_once_sent_is_still_sent(name: str) -> None:
    assert encode(EXAMPLES[name]) == golden(name)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_once_sent_is_still_understood(name: str) -> None:
    assert msgspec.json.decode(golden(name), type=type(EXAMPLES[name])) == EXAMPLES[name]


def test_each_golden_file_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(EXAMPLES)
