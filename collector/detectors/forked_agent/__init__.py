"""Two histories are signed with this host's one key: a clone, a restored image, a copied key."""

from collections.abc import Iterator
from datetime import timedelta

from collector.detectors import Claim, Detector, Later, Said, View
from collector.detectors.reading import Reading


class Fork(Reading, frozen=True, tag="report.fork"):
    """What is read of a report that contradicts a stored one; it says when, not for how long."""

    seq: int


def detect(view: View) -> Iterator[Said]:
    """One claim for all contradictions of the last days, shown and never counted."""
    kept = timedelta(days=view.policy.claim_days)
    forks = [seen for seen in view.all(Fork) if seen.since + kept >= view.at]
    if not forks:
        return
    numbers = sorted({seen.reading.seq for seen in forks})
    which = f"report {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} reports"
    yield Claim(
        detector="forked_agent",
        about="key",
        class_="custody",
        channel="operator",
        strength="C",
        because=f"Two machines, or one and its restored image, sign with this host's key: {which} "
        "came twice with different content",
        rows=tuple(seen.interval for seen in forks),
    )
    yield Later(min(seen.since for seen in forks) + kept + timedelta(milliseconds=1))


DETECTOR = Detector("forked_agent", (Fork,), detect)
