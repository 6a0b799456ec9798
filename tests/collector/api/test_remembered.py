import asyncio

from collector.api.remembered import Remembered


class Slow:
    """A question that takes so long, and a clock that goes on with it."""

    def __init__(self, took_s: float) -> None:
        self.now = 0.0
        self.took_s = took_s
        self.found = 0
        self.remembered = Remembered(self.find, lambda: self.now)

    async def find(self) -> int:
        self.now += self.took_s
        self.found += 1
        return self.found

    def get(self) -> int:
        return asyncio.run(self.remembered.get())


def test_what_is_found_quickly_is_always_new() -> None:
    quick = Slow(0.04)
    assert [quick.get(), quick.get()] == [1, 2]


def test_what_took_long_is_told_again_for_a_while() -> None:
    slow = Slow(0.2)
    assert [slow.get(), slow.get()] == [1, 1]
    slow.now += 19.9
    assert slow.get() == 1
    slow.now += 0.2
    assert slow.get() == 2
