"""The sensors that policy may decide on, and which of them are off until somebody decides."""

ON = frozenset(
    {
        "machine", "remote_tools", "control", "sessions", "usb", "displays", "input_devices",
        "network", "clock", "latency", "power",
    }
)  # fmt: skip
OFF = frozenset({"presence", "camera", "place", "input_timing", "neighbours", "discovery"})
