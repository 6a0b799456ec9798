"""What people call things: each kind of row and its fields, sensors, outcomes, levels, classes.

The names on the left are the ones on the wire; a page or terminal shows the ones on the right.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Label:
    """A kind of row in words: its title, and a word for each field."""

    title: str
    fields: Mapping[str, str]


_HITS = {
    "hits": "Recognised as",
    "strengths": "How surely",
    "grounds": "By",
}

ROWS: Mapping[str, Label] = {
    "machine.identity": Label(
        "Machine",
        {
            "host_name": "Host name",
            "os": "System",
            "os_version": "Version",
            "os_build": "Build",
            "maker": "Maker",
            "model": "Model",
            "chassis": "Chassis",
            "serial": "Serial number (keyed hash)",
            "serial_tail": "Serial number ends in",
            "installed_on": "System installed on",
            "mdm_id": "MDM device id",
        },
    ),
    "machine.virtual": Label("Virtual machine", {"by": "Hypervisor"}),
    "remote_tool.present": Label(
        "Remote control tool",
        {
            "tool": "Signature",
            "name": "Tool",
            "role": "Role",
            "installed": "Installed",
            "running": "Running",
            "listening": "Listens on TCP port",
            "unattended": "Unattended access",
            "strength": "How surely",
            "grounds": "By",
        },
    ),
    "remote_tool.session": Label(
        "Remote control session",
        {
            "tool": "Signature",
            "name": "Tool",
            "peer": "Connected from",
            "port": "Local port",
            "via": "Way",
        },
    ),
    "session.login": Label("Remote login", {"service": "Service", "origin": "From"}),
    "usb.device": Label(
        "USB device",
        {
            "port": "USB port",
            "vendor_id": "Vendor id",
            "product_id": "Product id",
            "manufacturer": "Manufacturer",
            "product": "Product",
            "serial": "Serial number (keyed hash)",
            "release": "Release",
            "speed_mbps": "Speed, Mbit/s",
            "functions": "Functions",
            **_HITS,
        },
    ),
    "usb.interface": Label(
        "USB interface",
        {
            "port": "USB port",
            "number": "Number",
            "class_": "Class",
            "subclass": "Subclass",
            "protocol": "Protocol",
            "string": "Name",
            "report_hash": "Report descriptor (SHA-256)",
        },
    ),
    "display.monitor": Label(
        "Monitor",
        {
            "connector": "Connector",
            "maker": "Maker",
            "product": "Product",
            "name": "Name",
            "week": "Week made",
            "year": "Year made",
            "width_mm": "Width, mm",
            "height_mm": "Height, mm",
            "internal": "Built in",
            "virtual": "Virtual",
            "edid": "EDID, serial numbers zeroed",
            "edid_hash": "EDID hash",
            "skeleton": "EDID skeleton hash",
            **_HITS,
        },
    ),
    "input.device": Label(
        "Input device",
        {
            "name": "Name",
            "virtual": "Virtual",
            "keyboard": "Keyboard",
            "pointer": "Pointer",
            "port": "USB port",
        },
    ),
    "network.interface": Label("Network interface", {"name": "Name", "mtu": "MTU"}),
    "network.gateway": Label(
        "Gateway", {"gateway": "Gateway (keyed hash of its MAC)", "vendor": "Sort of box"}
    ),
    "network.tunnel": Label("Tunnel", {"name": "Interface", "type": "Type"}),
    "clock.zone": Label(
        "Time zone", {"zone": "Zone", "offset_min": "Minutes from UTC", "manual": "Set by hand"}
    ),
    "power.day": Label(
        "Power, one day",
        {
            "day": "Day",
            "lid_closed": "Lid closed, % of the day",
            "on_mains": "On mains, % of the day",
            "sleeps": "Times asleep",
        },
    ),
    "agent.self": Label(
        "Agent",
        {
            "version": "Version",
            "package": "Package digest",
            "pack": "Signature pack",
            "policy": "Policy",
            "recording": "Plays a recording",
        },
    ),
    "sensor.outcome": Label(
        "Sensor's outcome", {"sensor": "Sensor", "ended": "Ended", "why": "Why"}
    ),
    "report.gap": Label("Missing reports", {"after": "After report", "before": "Before report"}),
    "report.skew": Label("Laptop's clock is off", {"seconds": "Seconds"}),
    "report.refused": Label(
        "Refused row", {"sensor": "Sensor", "index": "Row number, from 0", "why": "Why"}
    ),
    "report.epoch": Label(
        "Numbering began anew", {"epoch": "Epoch now", "previous": "Epoch before"}
    ),
    "report.fork": Label(
        "Contradicting reports",
        {
            "epoch": "Epoch",
            "seq": "Report number",
            "digest": "Digest",
            "stored": "Last number stored then",
        },
    ),
    "report.silence": Label("Silence", {"since": "Silent since"}),
    "egress.address": Label("Seen at address", {"address": "Address"}),
}

SENSORS: Mapping[str, str] = {
    "machine": "Machine",
    "remote_tools": "Remote control tools",
    "control": "Control by programs",
    "sessions": "Remote logins",
    "usb": "USB devices",
    "displays": "Monitors",
    "input_devices": "Keyboards and pointers",
    "network": "Network",
    "clock": "Clock and time zone",
    "latency": "Distance by latency",
    "power": "Lid and power",
    "presence": "Presence",
    "camera": "Camera in use",
    "place": "Place",
    "input_timing": "Input timing",
    "neighbours": "Neighbours on the network",
    "discovery": "Discovery of KVM devices",
    "agent": "Agent itself",
}

OUTCOMES: Mapping[str, str] = {
    "ok": "Looked, and found something to report",
    "nothing": "Looked; the machine has no such thing",
    "denied": "Not permitted to look",
    "failed": "Failed to look (a fault of the agent)",
    "off": "Switched off",
}

GAUGES: Mapping[str, str] = {
    "rss_bytes": "Agent's memory",
    "cpu_s": "Agent's CPU time",
    "spool_bytes": "Waiting to be sent",
    "clock_offset_s": "Clock offset",
}

SYSTEMS: Mapping[str, str] = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}

LEVELS: Mapping[str, str] = {
    "high": "High",
    "review": "Review",
    "observe": "Observe",
    "unseen": "Cannot tell",
    "clear": "Clear",
}
"""The levels, most urgent first."""

CLASSES: Mapping[str, str] = {
    "mechanism": "Mechanism",
    "place": "Place",
    "distance": "Distance",
    "custody": "Custody",
    "identity": "Identity",
}

STRENGTHS: Mapping[str, str] = {
    "A": "may open a case alone",
    "B": "counts together with another",
    "C": "shown, never counted",
}

CAUSES: Mapping[str, str] = {
    "entered": "Now needs a look",
    "left": "No longer needs a look",
    "raised": "Raised",
    "lowered": "Lowered",
    "kind": "Changed its kind",
    "surplus": "More findings than today's cap",
    "tamper": "Tampering",
    "silence": "Fell silent",
}


def row_title(kind: str) -> str:
    """What a kind of row is called; an unknown kind is called by its own name."""
    return ROWS[kind].title if kind in ROWS else kind


def field_name(kind: str, field: str) -> str:
    """What a field is called; an unknown one by its own name."""
    label = ROWS.get(kind)
    return label.fields.get(field, field) if label else field


def sensor_name(sensor: str) -> str:
    """What a sensor is called; an unknown one by its own name, the collector's rows by its."""
    return SENSORS.get(sensor, sensor) or "Collector"
