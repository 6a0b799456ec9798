"""`make bench`: every figure beside its budget, the median of three with all three shown."""

import sys
from collections.abc import Iterator

from lab.bench import agent, collector

PEER_SHARE = 0.7


def lines() -> Iterator[str]:
    """The figures, one a line, as they are measured."""
    for figure in agent.figures():
        yield figure.line()
    peer = collector.measure(collector.UNCHANGED, collector.bare)
    yield from (f"bare peer, {line}" for line in peer.lines())
    unchanged = collector.measure(collector.UNCHANGED, collector.whole)
    yield from unchanged.lines()
    share = unchanged.rate / peer.rate
    yield f"unchanged reports against the bare peer: {share:.0%} (budget {PEER_SHARE:.0%})"
    for kind in (collector.CHANGED, collector.FIRST):
        yield from collector.measure(kind, collector.whole).lines()


def main() -> None:
    """Prints the figures; a budget that is missed is said, and does not fail."""
    if sys.platform != "linux":
        sys.exit("make bench measures on Linux only")
    for line in lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
