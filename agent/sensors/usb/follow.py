"""From devices and what they were recognised as to the rows of those that may leave."""

from collections.abc import Iterator

from agent.sensors import Named
from agent.sensors.plugged import Plugged
from agent.sensors.usb.descriptor import Descriptor
from agent.sensors.usb.disclosure import may_leave
from agent.sensors.usb.rows import Device, Interface
from agent.system import System
from signatures.hit import Hit
from wire.row import Row


def follow(system: System, named: tuple[Named, ...]) -> Iterator[Row]:
    """The rows of all devices that may leave, ordered by port."""
    for trace, hits in named:
        if isinstance(trace, Descriptor) and may_leave(trace.device, hits):
            yield _device(system, trace.device, hits)
            yield from _interfaces(trace.device)


def _device(system: System, device: Plugged, hits: tuple[Hit, ...]) -> Device:
    told = sorted((hit for hit in hits if hit.role != "assistive"), key=lambda hit: hit.signature)
    return Device(
        port=device.port,
        vendor_id=device.vendor_id,
        product_id=device.product_id,
        manufacturer=device.manufacturer,
        product=device.product,
        serial=system.keyed(device.serial) if device.serial else "",
        release=device.release,
        speed_mbps=device.speed_mbps,
        functions=tuple(sorted(device.kinds)),
        hits=tuple(hit.signature for hit in told),
        strengths=tuple(hit.strength for hit in told),
        grounds=tuple("; ".join(hit.grounds) for hit in told),
    )


def _interfaces(device: Plugged) -> Iterator[Interface]:
    for each in sorted(device.interfaces, key=lambda each: each.number):
        yield Interface(
            port=device.port,
            number=each.number,
            class_=each.class_,
            subclass=each.subclass,
            protocol=each.protocol,
            string=each.string,
            report_hash=each.report_hash,
        )
