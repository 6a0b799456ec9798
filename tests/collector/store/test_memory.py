"""What is known of every host in memory, and that it is what the tables say."""

import pytest

from collector.store.memory import Hot, Memory, mark

HOT = Hot(
    "e" * 22, 7, "d" * 22, "s" * 22, 1_700_000_000_000, 1_699_999_999_000, -86_400, mark("::1")
)


def test_a_number_that_is_no_hosts_is_unknown() -> None:
    memory = Memory()
    memory.add(3, b"k" * 32)

    standings = [memory.standing(n) for n in (0, 2, 3, 4, 10**8)]

    assert standings == ["unknown", "unknown", "enrolled", "unknown", "unknown"]


def test_what_is_put_is_what_is_known() -> None:
    memory = Memory()
    memory.add(1, b"a" * 32)
    memory.add(2, b"b" * 32)
    memory.put(2, HOT)

    assert (memory.key(1), memory.key(2)) == (b"a" * 32, b"b" * 32)
    assert (memory.hot(1), memory.hot(2)) == (Hot(), HOT)


def test_a_shorter_text_replaces_a_longer_one() -> None:
    memory = Memory()
    memory.add(1, b"a" * 32)
    memory.put(1, HOT)
    memory.put(1, Hot(epoch="e" * 16))

    assert memory.hot(1) == Hot(epoch="e" * 16)


@pytest.mark.parametrize("address", ["", "192.0.2.1"])
def test_an_address_is_known_by_its_mark(address: str) -> None:
    assert (mark(address) == 0) == (address == "")
    assert 0 <= mark(address) < 2**64


def test_a_million_hosts_fit() -> None:
    memory = Memory()
    memory.add(9_999, b"a" * 32)

    assert memory.size * 100 <= 160 * 1024 * 1024
