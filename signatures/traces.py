"""The traces: what sensors see on the laptop and signatures are matched against."""

from typing import ClassVar

from wire.trace import Trace


class ProcessImage(Trace):
    """One running program: its name as the kernel knows it, its file, its arguments."""

    __slots__ = ("arguments", "name", "path")
    kind: ClassVar[str] = "process.image"
    name: str
    path: str
    arguments: tuple[str, ...]

    def __init__(self, name: str = "", path: str = "", arguments: tuple[str, ...] = ()) -> None:
        self.name = name
        self.path = path
        self.arguments = arguments


class ServiceUnit(Trace):
    """One service that is set up to run: a systemd unit, a Windows service, a launchd label."""

    __slots__ = ("name",)
    kind: ClassVar[str] = "service.unit"
    name: str

    def __init__(self, name: str = "") -> None:
        self.name = name


class FilePath(Trace):
    """One file or folder that is there."""

    __slots__ = ("path",)
    kind: ClassVar[str] = "file.path"
    path: str

    def __init__(self, path: str = "") -> None:
        self.path = path


class UsbDescriptor(Trace):
    """What a USB device says of itself, its serial number in the clear.

    vendor_id, product_id, release: four hex digits. inquiry: what its disks say, in the form of
    `signatures.formats.scsi.inquiry`.
    """

    __slots__ = (
        "inquiry",
        "interface_strings",
        "manufacturer",
        "product",
        "product_id",
        "release",
        "report_hashes",
        "serial",
        "speed_mbps",
        "vendor_id",
    )
    kind: ClassVar[str] = "usb.descriptor"
    vendor_id: str
    product_id: str
    manufacturer: str
    product: str
    serial: str
    release: str
    speed_mbps: float
    interface_strings: tuple[str, ...]
    report_hashes: tuple[str, ...]
    inquiry: tuple[str, ...]

    def __init__(
        self,
        *,
        vendor_id: str = "",
        product_id: str = "",
        manufacturer: str = "",
        product: str = "",
        serial: str = "",
        release: str = "",
        speed_mbps: float = 0,
        interface_strings: tuple[str, ...] = (),
        report_hashes: tuple[str, ...] = (),
        inquiry: tuple[str, ...] = (),
    ) -> None:
        self.vendor_id = vendor_id
        self.product_id = product_id
        self.manufacturer = manufacturer
        self.product = product
        self.serial = serial
        self.release = release
        self.speed_mbps = speed_mbps
        self.interface_strings = interface_strings
        self.report_hashes = report_hashes
        self.inquiry = inquiry


class DisplayEdid(Trace):
    """What a monitor says of itself, its serial numbers in the clear.

    maker: PNP id. product: four hex digits. serial_number: eight hex digits. edid_hash: SHA-256
    over all bytes.
    """

    __slots__ = (
        "edid_hash",
        "maker",
        "name",
        "product",
        "serial_number",
        "serial_text",
        "skeleton",
        "week",
        "year",
    )
    kind: ClassVar[str] = "display.edid"
    maker: str
    product: str
    name: str
    serial_number: str
    serial_text: str
    week: int
    year: int
    skeleton: str
    edid_hash: str

    def __init__(
        self,
        *,
        maker: str = "",
        product: str = "",
        name: str = "",
        serial_number: str = "",
        serial_text: str = "",
        week: int = 0,
        year: int = 0,
        skeleton: str = "",
        edid_hash: str = "",
    ) -> None:
        self.maker = maker
        self.product = product
        self.name = name
        self.serial_number = serial_number
        self.serial_text = serial_text
        self.week = week
        self.year = year
        self.skeleton = skeleton
        self.edid_hash = edid_hash


TRACES: tuple[type[Trace], ...] = (ProcessImage, ServiceUnit, FilePath, UsbDescriptor, DisplayEdid)
FIELDS: dict[str, frozenset[str]] = {trace.kind: frozenset(trace.__slots__) for trace in TRACES}
"""The fields of each kind of trace: what a signature may ask for."""
