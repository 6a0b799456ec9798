"""The rows of the displays sensor."""

from wire.row import Row


class Monitor(Row, frozen=True, tag="display.monitor"):
    """One screen that is connected; a screen without a readable EDID has empty fields.

    maker: PNP id. product: four hex digits. week, year: of making. edid: hex, each serial number
    and serial text zeroed; edid_hash: SHA-256 of that. skeleton: SHA-256 of what stays when a
    device is renamed. hits, strengths, grounds: as in usb.device.
    """

    connector: str
    maker: str
    product: str
    name: str
    week: int
    year: int
    width_mm: int
    height_mm: int
    internal: bool
    virtual: bool
    edid: str
    edid_hash: str
    skeleton: str
    hits: tuple[str, ...]
    strengths: tuple[str, ...]
    grounds: tuple[str, ...]
