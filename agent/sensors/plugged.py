"""USB devices as Linux shows them in /sys/bus/usb, for the sensors that need to know of them.

A device pulled out while we read is left out, without a fault: it is gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.sensors.private import (
    BRAILLE_VENDORS,
    PHONE_VENDORS,
    PRIVATE_PAGES,
    private_interface,
    says_private,
)
from agent.sensors.strings import said
from agent.system import Absent, System
from signatures.formats import hid_report
from signatures.formats.scsi import inquiry

DEVICES = "/sys/bus/usb/devices"

Kind = Literal[
    "keyboard", "pointer", "storage", "network", "hid", "audio", "video", "serial", "other"
]
TYPES_OR_POINTS: frozenset[Kind] = frozenset({"keyboard", "pointer"})

# Interface classes (usb.org, defined class codes), those of HID and communications apart
CLASSES: dict[str, Kind] = {"01": "audio", "08": "storage", "0e": "video", "10": "audio"}
# Communications: Ethernet control, Ethernet emulation, network control; abstract control
COMMUNICATIONS: dict[str, Kind] = {"06": "network", "0c": "network", "0d": "network"}
RNDIS = frozenset({("e0", "01", "03"), ("ef", "04", "01")})
BOOT: dict[str, Kind] = {"01": "keyboard", "02": "pointer"}
COMPANIONS = frozenset({"0a"})  # the data half of a communications function

# 0003:1D6B:0104.0001
HID = re.compile(r"^[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}\.[0-9A-F]{4}$")
HOST = re.compile(r"^host\d+$")
TARGET = re.compile(r"^target\d+:\d+:\d+$")
DISK = re.compile(r"^\d+:\d+:\d+:\d+$")


@dataclass(frozen=True)
class Interface:
    """One interface of a USB device; its report descriptor is empty where it is not HID."""

    number: int
    class_: str
    subclass: str
    protocol: str
    string: str
    report: bytes
    kinds: frozenset[Kind]

    @property
    def report_hash(self) -> str:
        """The hash of the report descriptor, or empty."""
        return hid_report.report_hash(self.report) if self.report else ""


@dataclass(frozen=True)
class Plugged:
    """One USB device that is plugged in; serial is in the clear and must not leave."""

    port: str
    vendor_id: str
    product_id: str
    manufacturer: str
    product: str
    serial: str
    release: str
    speed_mbps: float
    interfaces: tuple[Interface, ...]
    disks: tuple[str, ...]

    @property
    def kinds(self) -> frozenset[Kind]:
        """What the device can do."""
        return frozenset[Kind]().union(*(interface.kinds for interface in self.interfaces))


def plugged(system: System) -> Iterator[Plugged]:
    """All devices but hubs, ordered by port; Absent where there is no USB."""
    for name in system.list(DEVICES):
        if ":" not in name and not name.startswith("usb"):
            device = plugged_at(system, name)
            if device is not None:
                yield device


def plugged_at(system: System, port: str) -> Plugged | None:
    """The device in one port; None for a hub and for a port that is empty."""
    folder = f"{DEVICES}/{port}"
    try:
        if system.read(f"{folder}/bDeviceClass").strip() == "09":
            return None
        interfaces = tuple(_interfaces(system, port))
        return Plugged(
            port=port,
            vendor_id=system.read(f"{folder}/idVendor").strip(),
            product_id=system.read(f"{folder}/idProduct").strip(),
            manufacturer=_string(system, f"{folder}/manufacturer"),
            product=_string(system, f"{folder}/product"),
            serial=_string(system, f"{folder}/serial"),
            release=_string(system, f"{folder}/bcdDevice"),
            speed_mbps=_speed(_string(system, f"{folder}/speed")),
            interfaces=interfaces,
            disks=tuple(_disks(system, port)),
        )
    except Absent:
        return None


def stays(device: Plugged) -> bool:
    """Whether the device says something of a person's body or pocket, so that it never leaves."""
    if device.vendor_id in BRAILLE_VENDORS:
        return True
    tethered = "network" in device.kinds and not device.kinds & TYPES_OR_POINTS
    if device.vendor_id in PHONE_VENDORS and tethered:
        return True
    if any(
        private_interface(each.class_, each.subclass, each.protocol) for each in device.interfaces
    ):
        return True
    if any(_pages(each.report) & PRIVATE_PAGES for each in device.interfaces if each.report):
        return True
    strings = (each.string for each in device.interfaces)
    return says_private((device.manufacturer, device.product, *strings))


def kinds(
    class_: str, subclass: str, protocol: str, report: bytes, *, network: bool
) -> frozenset[Kind]:
    """What one interface can do; `network`: the kernel made a network card of it."""
    if network or (class_, subclass, protocol) in RNDIS:
        return frozenset({"network"})
    if class_ == "03":
        return _reported(report) or frozenset(
            {BOOT.get(protocol, "hid") if subclass == "01" else "hid"}
        )
    if class_ == "02":
        return frozenset({COMMUNICATIONS.get(subclass, "serial")})
    if class_ in COMPANIONS:
        return frozenset()
    return frozenset({CLASSES.get(class_, "other")})


def _reported(report: bytes) -> frozenset[Kind]:
    """What a report descriptor says; nothing where it is none or says neither."""
    try:
        descriptor = hid_report.parse(report)
    except hid_report.HidFault:
        return frozenset()
    found: set[Kind] = set()
    if descriptor.keyboard:
        found.add("keyboard")
    if descriptor.pointer:
        found.add("pointer")
    return frozenset(found)


def _pages(report: bytes) -> frozenset[int]:
    try:
        return frozenset(each.page for each in hid_report.parse(report).collections)
    except hid_report.HidFault:
        return frozenset()


def _interfaces(system: System, port: str) -> Iterator[Interface]:
    for name in system.list(DEVICES):
        if name.startswith(f"{port}:"):
            folder = f"{DEVICES}/{name}"
            names = system.list(folder)
            class_, subclass, protocol = (
                system.read(f"{folder}/bInterface{part}").strip()
                for part in ("Class", "SubClass", "Protocol")
            )
            report = _report(system, folder, names)
            yield Interface(
                number=int(system.read(f"{folder}/bInterfaceNumber"), 16),
                class_=class_,
                subclass=subclass,
                protocol=protocol,
                string=_string(system, f"{folder}/interface"),
                report=report,
                kinds=kinds(class_, subclass, protocol, report, network="net" in names),
            )


def _report(system: System, folder: str, names: tuple[str, ...]) -> bytes:
    for name in names:
        if HID.match(name):
            try:
                return system.read_bytes(f"{folder}/{name}/report_descriptor")
            except Absent:
                continue
    return b""


def _disks(system: System, port: str) -> Iterator[str]:
    """What the device's disks say of themselves: host6/target6:0:0/6:0:0:0/{vendor,model,rev}."""
    interfaces = (name for name in system.list(DEVICES) if name.startswith(f"{port}:"))
    found = [f"{DEVICES}/{name}" for name in interfaces]
    for shape in (HOST, TARGET, DISK):
        found = [f"{at}/{name}" for at in found for name in system.list(at) if shape.match(name)]
    for disk in found:
        yield inquiry(*(_string(system, f"{disk}/{part}") for part in ("vendor", "model", "rev")))


def _speed(text: str) -> float:
    # 1.5, 12, 480, 5000; empty or "unknown" while a device is being set up
    return float(text) if text.replace(".", "", 1).isdecimal() else 0.0


def _string(system: System, path: str) -> str:
    try:
        return said(system.read(path))
    except Absent:
        return ""
