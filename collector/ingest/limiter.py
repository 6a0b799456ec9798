"""How often the same address is written down: once a minute, whatever it sends."""


class OncePerMinute:
    """Says yes to each address once in each minute of the clock, and to a bounded number of them.

    withheld: how often it said no.
    """

    def __init__(self, addresses: int = 10_000) -> None:
        self._addresses = addresses
        self._minute = 0
        self._said: set[str] = set()
        self.withheld = 0

    def allows(self, address: str, now_s: float) -> bool:
        """Whether this one is written down."""
        minute = int(now_s // 60)
        if minute != self._minute:
            self._minute = minute
            self._said.clear()
        if address in self._said or len(self._said) >= self._addresses:
            self.withheld += 1
            return False
        self._said.add(address)
        return True


class Wants:
    """How many hosts are asked for a full report: a bounded number in each second."""

    def __init__(self, a_second: int = 100) -> None:
        self._a_second = a_second
        self._second = 0
        self._asked = 0

    def allows(self, now_s: float) -> bool:
        """Whether one more may be asked now."""
        second = int(now_s)
        if second != self._second:
            self._second = second
            self._asked = 0
        self._asked += 1
        return self._asked <= self._a_second
