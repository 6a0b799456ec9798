"""A simulated fleet's rows: a hundred of one laptop, and how two of them change.

Kinds and fields are those of the sensors; nothing in them looks like remote control, so that the
load measures the ordinary case.
"""

from random import Random

from lab.laptops import Laptop

Fields = dict[str, object]


def furnish(laptop: Laptop, random: Random) -> None:
    """Gives a laptop the hundred rows of its first report."""
    laptop.sees("agent", [_agent()])
    laptop.sees("clock", [_zone()])
    laptop.sees("displays", [_monitor(random, at) for at in range(2)])
    laptop.sees("input_devices", [_input(at) for at in range(18)])
    laptop.sees("machine", [_machine(random)])
    laptop.sees("power", [_day(random, at) for at in range(22)])
    cards = [{"kind": "network.interface", "name": f"eth{at}", "mtu": 1500} for at in range(45)]
    laptop.sees("network", cards)
    change(laptop, random)
    for sensor in ("remote_tools", "sessions"):
        laptop.sees(sensor, [], "nothing")


def change(laptop: Laptop, random: Random) -> None:
    """Replaces two of the ten rows of its USB devices, which detectors read."""
    steady = [_interface(port, 0) for port in range(8)]
    laptop.sees("usb", [*steady, *(_device(random, port) for port in range(2))])


def _agent() -> Fields:
    return {
        "kind": "agent.self",
        "version": "0.1.0",
        "package": "a" * 22,
        "pack": "b" * 22,
        "policy": "",
        "recording": False,
    }


def _zone() -> Fields:
    return {"kind": "clock.zone", "zone": "Europe/Berlin", "offset_min": 60, "manual": "no"}


def _machine(random: Random) -> Fields:
    serial = f"{random.getrandbits(88):022x}"
    return {
        "kind": "machine.identity",
        "host_name": f"LAPTOP-{serial[:8].upper()}",
        "os": "linux",
        "os_version": "12",
        "os_build": "6.1.0-18-amd64",
        "maker": "LENOVO",
        "model": "21CB",
        "chassis": "notebook",
        "serial": serial,
        "serial_tail": serial[-4:],
        "installed_on": "2024-03-01",
        "mdm_id": serial,
    }


def _monitor(random: Random, at: int) -> Fields:
    edid = f"{random.getrandbits(1024):0256x}"
    return {
        "kind": "display.monitor",
        "connector": f"DP-{at}",
        "maker": "DEL",
        "product": "a0c4",
        "name": "DELL U2720Q",
        "week": 12,
        "year": 2022,
        "width_mm": 600,
        "height_mm": 340,
        "internal": False,
        "virtual": False,
        "edid": edid,
        "edid_hash": edid[:22],
        "skeleton": edid[22:44],
        "hits": [],
        "strengths": [],
        "grounds": [],
    }


def _input(at: int) -> Fields:
    return {
        "kind": "input.device",
        "name": f"Input device {at}",
        "virtual": False,
        "keyboard": at % 2 == 0,
        "pointer": "relative" if at % 2 else "",
        "port": f"1-{at % 12}",
    }


def _day(random: Random, at: int) -> Fields:
    return {
        "kind": "power.day",
        "day": f"2026-03-{at + 1:02}",
        "lid_closed": random.choice(("0", "1-25", "26-50")),
        "on_mains": random.choice(("51-75", "76-99", "100")),
        "sleeps": "1-3",
    }


def _device(random: Random, port: int) -> Fields:
    return {
        "kind": "usb.device",
        "port": f"1-{port}",
        "vendor_id": "046d",
        "product_id": "c52b",
        "manufacturer": "Logitech",
        "product": "USB Receiver",
        "serial": f"{random.getrandbits(88):022x}",
        "release": "2411",
        "speed_mbps": 12.0,
        "functions": ["keyboard", "pointer"],
        "hits": [],
        "strengths": [],
        "grounds": [],
    }


def _interface(port: int, number: int) -> Fields:
    return {
        "kind": "usb.interface",
        "port": f"1-{port}",
        "number": number,
        "class_": "03",
        "subclass": "01",
        "protocol": "01",
        "string": "",
        "report_hash": "c" * 64,
    }
