"""When: what a change, a burst, a success and a failure mean for the next report."""

from collections.abc import Callable
from dataclasses import dataclass

SETTLE_S = 2.0
BURST = 3
SPACING_S = 15.0
SHORTEST_BACK_OFF_S = 30.0
LONGEST_BACK_OFF_S = 900.0
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True)
class Cadence:
    """When the last three changed reports were made: a burst of three, then one in 15 s."""

    last: tuple[float, ...] = ()

    def due(self, seen: float) -> float:
        """When the change seen at a moment may be reported."""
        settled = seen + SETTLE_S
        if len(self.last) < BURST:
            return settled
        return max(settled, min(self.last[-1] + SPACING_S, self.last[0] + BURST * SPACING_S))

    def spent(self, now: float) -> "Cadence":
        """The cadence after a changed report made now."""
        return Cadence((*self.last, now)[-BURST:])


def back_off(failures: int, draw: Callable[[float, float], float]) -> float:
    """Seconds to wait after so many failures in a row: full jitter, from 30 s to 15 minutes."""
    longest = min(LONGEST_BACK_OFF_S, SHORTEST_BACK_OFF_S * 2.0 ** (min(failures, 10) + 1))
    return draw(SHORTEST_BACK_OFF_S, longest)
