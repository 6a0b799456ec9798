"""Answers that took long and may be a little old: told again for a while, then found anew."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

LONG_S = 0.05
"""What took less is found anew each time."""
SHARE = 0.01
"""An answer is told again until finding it has taken no more than this share of the time."""


class Remembered(Generic[T]):
    """One answer, and until when it is told again."""

    def __init__(
        self, find: Callable[[], Awaitable[T]], timer: Callable[[], float] = time.perf_counter
    ) -> None:
        self._find = find
        self._timer = timer
        self._answer: T | None = None
        self._until = 0.0

    async def get(self) -> T:
        """The answer."""
        began = self._timer()
        if self._answer is not None and began < self._until:
            return self._answer
        self._answer = await self._find()
        ended = self._timer()
        took = ended - began
        self._until = ended + took / SHARE if took >= LONG_S else 0.0
        return self._answer
