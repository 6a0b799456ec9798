"""What this machine takes for a monitor is a device through which it is watched from elsewhere."""

from collections.abc import Iterator

from collector.detectors import Detector, Said, View, kvm, words
from collector.detectors.reading import Reading

NAMED = kvm.Detected("kvm_display", "display", "monitor", "T1219.003")


class Monitor(Reading, frozen=True, tag="display.monitor"):
    """What is read of a monitor."""

    connector: str = ""
    hits: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


def detect(view: View) -> Iterator[Said]:
    """One claim for each KVM signature that a monitor's EDID matched."""
    found = [
        device
        for seen in view.lately(Monitor)
        if seen.reading.hits
        for device in kvm.devices(
            seen.reading, f"at {words.name(seen.reading.connector or 'an unnamed connector')}", seen
        )
    ]
    yield from kvm.claims(view, found, NAMED)


DETECTOR = Detector(NAMED.detector, (Monitor,), detect)
