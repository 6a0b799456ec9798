"""What an indicator that matched is called: the signature's own words, never the laptop's text."""

from signatures.shape import Condition, How, Indicator

LABELS = {
    ("process.image", "name"): "process",
    ("process.image", "path"): "program",
    ("process.image", "arguments"): "argument",
    ("service.unit", "name"): "service",
    ("file.path", "path"): "file",
    ("usb.descriptor", "vendor_id"): "USB vendor",
    ("usb.descriptor", "product_id"): "USB product id",
    ("usb.descriptor", "manufacturer"): "manufacturer",
    ("usb.descriptor", "product"): "product",
    ("usb.descriptor", "serial"): "serial",
    ("usb.descriptor", "release"): "release",
    ("usb.descriptor", "speed_mbps"): "speed in Mb/s",
    ("usb.descriptor", "interface_strings"): "interface string",
    ("usb.descriptor", "report_hashes"): "report descriptor",
    ("usb.descriptor", "inquiry"): "disk",
    ("display.edid", "maker"): "EDID maker",
    ("display.edid", "product"): "EDID product",
    ("display.edid", "name"): "monitor name",
    ("display.edid", "serial_number"): "EDID serial number",
    ("display.edid", "serial_text"): "EDID serial text",
    ("display.edid", "week"): "EDID week",
    ("display.edid", "year"): "EDID year",
    ("display.edid", "skeleton"): "EDID skeleton",
    ("display.edid", "edid_hash"): "EDID hash",
}
HASHES = frozenset({"report_hashes", "skeleton", "edid_hash"})
COMPARED: dict[How, str] = {
    "is": "",
    "contains": "with ",
    "startswith": "beginning ",
    "endswith": "ending ",
    "glob": "",
    "re": "like ",
}


def ground(indicator: Indicator, values: tuple[str, ...]) -> str:
    """The indicator in words, given which value of each of its conditions matched."""
    if indicator.ground:
        return indicator.ground
    return " and ".join(
        _part(indicator.kind, condition, value)
        for condition, value in zip(indicator.conditions, values, strict=True)
    )


def _part(kind: str, condition: Condition, value: str) -> str:
    shown = value[:8] if condition.field in HASHES else value
    return f"{LABELS[kind, condition.field]} {COMPARED[condition.how]}{shown}"
