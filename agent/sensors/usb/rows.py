"""The rows of the usb sensor."""

from typing import Literal

from wire.row import Row

Function = Literal[
    "keyboard", "pointer", "storage", "network", "hid", "audio", "video", "serial", "other"
]


class Device(Row, frozen=True, tag="usb.device"):
    """One device that may leave.

    port: as the kernel names it, 1-2.3. vendor_id, product_id, release: four hex digits. serial:
    keyed hash. hits: ids of signatures that recognise it; strengths and grounds stand beside, in
    the same order.
    """

    port: str
    vendor_id: str
    product_id: str
    manufacturer: str
    product: str
    serial: str
    release: str
    speed_mbps: float
    functions: tuple[Function, ...]
    hits: tuple[str, ...]
    strengths: tuple[str, ...]
    grounds: tuple[str, ...]


class Interface(Row, frozen=True, tag="usb.interface"):
    """One interface of such a device; class, subclass and protocol are two hex digits.

    report_hash: SHA-256 of its HID report descriptor, or empty.
    """

    port: str
    number: int
    class_: str
    subclass: str
    protocol: str
    string: str
    report_hash: str
