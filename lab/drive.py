"""Drives a collector with a seeded list of signed reports, one after another, whatever befalls it.

    python -m lab.drive prepare DATA SEED            hosts into a database that nobody serves
    python -m lab.drive send URL SEED AT [REPORTS]   the reports, retried until all are stored

Two runs with the same seed and AT send the same bytes in the same order, so two collectors that
lose nothing end up with the same rows, claims and findings: `lab.checker` tells. AT is the Unix
time by the laptops' clocks at the first report; let it lie so far back that none is in the future.
No Date is sent, so that the laptops' clocks are taken as right.
"""

import http.client
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from collector.store.database import Database
from collector.store.hosts import add_host
from lab.laptops import Fields, Laptop

HOSTS = 6
REPORTS = 300
PATIENCE_S = 120.0
PAUSE_S = 0.05

PIKVM: Fields = {
    "kind": "usb.device", "port": "1-4", "vendor_id": "1d6b", "product_id": "0104",
    "manufacturer": "PiKVM", "product": "PiKVM Composite Device", "serial": "s" * 22,
    "release": "0100", "speed_mbps": 480.0, "functions": ["keyboard", "pointer", "storage"],
    "hits": ["kvm.pikvm"], "strengths": ["decisive"], "grounds": ["product PiKVM"],
}  # fmt: skip
SCREEN: Fields = {
    "kind": "display.monitor", "connector": "HDMI-A-1", "maker": "LNX", "product": "7773",
    "name": "PiKVM V3", "week": 28, "year": 2011, "width_mm": 160, "height_mm": 90,
    "internal": False, "virtual": False, "edid": "00" * 128, "edid_hash": "e" * 22,
    "skeleton": "f" * 22, "hits": ["kvm.pikvm"], "strengths": ["decisive"],
    "grounds": ["name PiKVM V3"],
}  # fmt: skip
TOOL: Fields = {
    "kind": "remote_tool.present", "tool": "remote_access.anydesk", "name": "AnyDesk",
    "role": "control", "installed": True, "running": True, "listening": [7070],
    "unattended": "unknown", "strength": "strong", "grounds": ["process anydesk"],
}  # fmt: skip
SESSION: Fields = {
    "kind": "remote_tool.session", "tool": "remote_access.anydesk", "name": "AnyDesk",
    "peer": "203.0.113.7", "port": 7070, "via": "direct",
}  # fmt: skip
MOUSE: Fields = {
    "kind": "usb.device", "port": "1-1", "vendor_id": "046d", "product_id": "c077",
    "manufacturer": "Logitech", "product": "USB Optical Mouse", "serial": "", "release": "7200",
    "speed_mbps": 1.5, "functions": ["pointer"], "hits": [], "strengths": [], "grounds": [],
}  # fmt: skip


class Drive:
    """The reports of one seed: which laptop sends which lines next."""

    def __init__(self, seed: int, at: int, reports: int = REPORTS) -> None:
        self._random = Random(seed)  # noqa: S311 -- the same reports in every run
        self._at = at
        self._reports = reports
        self.laptops = [Laptop.seeded(seed * 1_000 + n, n) for n in range(1, HOSTS + 1)]

    def calls(self) -> Iterator[bytes]:
        """The bodies, in order; sometimes one carries several reports."""
        for laptop in self.laptops:
            laptop.sees("machine", [self._machine(laptop.n)])
            laptop.sees("remote_tools", [], "nothing")
            laptop.sees("displays", [])
            laptop.sees("usb", [MOUSE])
            yield laptop.line(laptop.report(self._at, full=True))
        for step in range(self._reports):
            laptop = self._random.choice(self.laptops)
            count = self._random.choice((1, 1, 1, 3))
            lines = [self._next(laptop, self._at + 10 * step + at) for at in range(count)]
            yield b"\n".join(lines)

    def _next(self, laptop: Laptop, at: int) -> bytes:
        sensor = self._random.choice(("", "usb", "displays", "remote_tools"))
        if sensor == "usb":
            laptop.sees("usb", [MOUSE, *self._maybe(PIKVM)])
        elif sensor == "displays":
            laptop.sees("displays", list(self._maybe(SCREEN)))
        elif sensor == "remote_tools":
            tools = [*self._maybe(TOOL), *self._maybe(SESSION)]
            laptop.sees("remote_tools", tools, "ok" if tools else "nothing")
        return laptop.line(laptop.report(at, [sensor] if sensor else []))

    def _maybe(self, row: Fields) -> Iterator[Fields]:
        if self._random.random() < 0.5:
            yield row

    def _machine(self, n: int) -> Fields:
        return {
            "kind": "machine.identity", "host_name": f"LAPTOP-{n}", "os": "linux",
            "os_version": "12", "os_build": "6.1", "maker": "LENOVO", "model": "21CB",
            "chassis": "notebook", "serial": f"{n:022}", "serial_tail": f"{n:04}",
            "installed_on": "2024-03-01", "mdm_id": "",
        }  # fmt: skip


def prepare(data: Path, seed: int) -> None:
    """Enrols the seed's laptops in a database that nobody serves."""
    database = Database.open(data / "farmwatch.sqlite")
    for laptop in Drive(seed, 0).laptops:
        host_id = f"01950000-0000-7000-8000-{laptop.n:012}"
        key = laptop.public_key
        database.write_now(lambda c, host_id=host_id, key=key: add_host(c, host_id, key, 0))  # type: ignore[misc]
    database.close()


def send(url: str, drive: Drive) -> int:
    """Sends all calls in order, each until it is answered; how many reports were acknowledged."""
    address = urlsplit(url)
    taken = 0
    for body in drive.calls():
        status = _until_answered(address.hostname or "", address.port or 80, body)
        if status not in {200, 202}:
            raise ValueError(f"after {taken} calls the collector answered {status}")
        taken += 1
    return taken


def _until_answered(host: str, port: int, body: bytes) -> int:
    until = time.monotonic() + PATIENCE_S
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request(
                "POST", "/v1/reports", body, {"Content-Type": "application/x-ndjson"}
            )
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > until:
                raise
        else:
            if response.status != 503:
                return response.status
        finally:
            connection.close()
        time.sleep(PAUSE_S)


def main() -> None:
    """Prepares or sends, as the module says."""
    match sys.argv[1:]:
        case ["prepare", data, seed]:
            prepare(Path(data), int(seed))
        case ["send", url, seed, at, *rest]:
            count = int(rest[0]) if rest else REPORTS
            taken = send(url, Drive(int(seed), int(at), count))
            sys.stdout.write(f"{taken} calls acknowledged\n")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
