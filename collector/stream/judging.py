"""Judging one host: a view to claims, a verdict, and when to look again; pure, so replayable."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

from collector.detectors import CannotTell, Claim, Detector, Later, View
from collector.detectors.reading import Reading
from collector.verdicts import innocent, situation
from collector.verdicts.verdict import Raised, Untold, Verdict
from collector.verdicts.weigh import Said, weigh

MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Judged:
    """What was concluded of a host. due: when to look again though no row changes."""

    claims: tuple[Claim, ...]
    verdict: Verdict
    due: datetime | None


@dataclass(frozen=True)
class Panel:
    """The detectors that judge together."""

    detectors: Sequence[Detector]

    @cached_property
    def readings(self) -> tuple[type[Reading], ...]:
        """Every reading that judging asks for."""
        asked = [reading for detector in self.detectors for reading in detector.reads]
        return tuple(dict.fromkeys([*asked, *situation.READS, *innocent.READS]))

    def judge(self, view: View, before: Callable[[], Iterable[Claim]]) -> Judged:
        """Runs all detectors and weighs what they say.

        before: the claims in force so far; those of a detector that raises stay as they are.
        """
        claims: list[Claim] = []
        untold: list[Untold] = []
        raised: list[Raised] = []
        later: list[datetime] = []
        for detector in self.detectors:
            try:
                said = list(detector.detect(view))
            except Exception as error:  # noqa: BLE001 -- skipped for this entry, counted and shown
                raised.append(Raised(detector.name, type(error).__name__))
                claims += [claim for claim in before() if claim.detector == detector.name]
                continue
            for each in said:
                if isinstance(each, Claim):
                    claims.append(each)
                elif isinstance(each, CannotTell):
                    untold.append(Untold(each.detector, each.why))
                elif isinstance(each, Later):
                    later.append(each.at)
        named = tuple(sorted({claim.name: claim for claim in claims}.values(), key=_name))
        circumstances = situation.situation(view)
        blind = situation.blind_until(circumstances, view.policy.silent_days)
        verdict = weigh(
            named,
            circumstances,
            view.policy,
            Said(innocent.tested(view, named), tuple(untold), tuple(raised)),
        )
        ageing = _ageing(view) if named else ()
        times = [at for at in (*later, *ageing, blind) if at is not None and at > view.at]
        return Judged(named, verdict, min(times, default=None))


def _ageing(view: View) -> Iterator[datetime]:
    """When ended rows, which claims and explanations quote, are too old to be quoted."""
    spans = (timedelta(days=view.policy.claim_days), view.policy.window)
    for seen in chain.from_iterable(view.seen.values()):
        if seen.until is not None:
            yield from (seen.until + span + MOMENT for span in spans)


def _name(claim: Claim) -> tuple[str, str]:
    return claim.name
