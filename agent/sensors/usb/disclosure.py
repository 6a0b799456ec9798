"""Which USB devices may leave the laptop at all."""

from collections.abc import Iterable

from agent.sensors.plugged import Kind, Plugged, stays
from signatures.hit import Hit

LEAVES: frozenset[Kind] = frozenset({"keyboard", "pointer", "network"})
SURE = frozenset({"decisive", "strong"})


def may_leave(device: Plugged, hits: Iterable[Hit]) -> bool:
    """Whether the device can drive a machine, and is none that says something of a person.

    A device recognised for sure as one that drives machines is no braille display or phone,
    whatever it calls itself: else calling itself one would hide it.
    """
    if stays(device) and not any(hit.role == "control" and hit.strength in SURE for hit in hits):
        return False
    return bool(device.kinds & LEAVES) or gadget(device)


def gadget(device: Plugged) -> bool:
    """Whether it is a computer that plays a device, by the ids of Linux' own gadgets."""
    return device.vendor_id == "1d6b" and device.product_id.startswith("01")
