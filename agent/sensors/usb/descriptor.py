"""A USB device as a trace that remembers the device, so that a row can be made of it."""

from agent.sensors.plugged import Plugged
from signatures.traces import UsbDescriptor


class Descriptor(UsbDescriptor):
    """What signatures are matched against, with the device it was made from."""

    __slots__ = ("device",)

    def __init__(self, device: Plugged) -> None:
        super().__init__(
            vendor_id=device.vendor_id,
            product_id=device.product_id,
            manufacturer=device.manufacturer,
            product=device.product,
            serial=device.serial,
            release=device.release,
            speed_mbps=device.speed_mbps,
            interface_strings=tuple(each.string for each in device.interfaces if each.string),
            report_hashes=tuple(each.report_hash for each in device.interfaces if each.report),
            inquiry=device.disks,
        )
        self.device = device

    def fields(self) -> dict[str, object]:
        """The fields that signatures may ask for: those of its kind."""
        return {name: getattr(self, name) for name in UsbDescriptor.__slots__}
