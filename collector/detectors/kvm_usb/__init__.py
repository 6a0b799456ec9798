"""A USB device of this machine is one through which it is controlled from elsewhere."""

from collections.abc import Iterator

from collector.detectors import Detector, Said, View, kvm, words
from collector.detectors.reading import Reading

NAMED = kvm.Detected("kvm_usb", "usb", "USB device", "T1219.003")


class UsbDevice(Reading, frozen=True, tag="usb.device"):
    """What is read of a USB device."""

    port: str
    hits: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


def detect(view: View) -> Iterator[Said]:
    """One claim for each KVM signature that a device matched."""
    found = [
        device
        for seen in view.lately(UsbDevice)
        if seen.reading.hits
        for device in kvm.devices(seen.reading, f"in port {words.name(seen.reading.port)}", seen)
    ]
    yield from kvm.claims(view, found, NAMED)


DETECTOR = Detector(NAMED.detector, (UsbDevice,), detect)
