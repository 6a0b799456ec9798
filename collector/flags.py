"""What the operator gave at the command line, checked whole: values, or everything that is wrong.

Wrong   what the operator got wrong, one line for each fault
"""

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path

from collector.assembly import Page, Settings, Tls
from collector.ingest.forwarded import Network, Proxies
from collector.policy.nodes import Faults
from collector.policy.page import parse
from signatures import pack

# 127.0.0.1:8787, [::1]:8787, localhost:8787
LISTEN = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]\s]+)):(?P<port>\d{1,5})$")
URL = re.compile(r"^https?://[^\s/?#'\"$`\\]+$")


class Wrong(Exception):
    """What the operator got wrong, one line for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Given:
    """The flags of `serve` as they were given."""

    data: str | None
    listen: str
    policy: str | None
    tls_cert: str | None
    tls_key: str | None
    trusted_proxy: tuple[str, ...]
    tick_s: str


@dataclass(frozen=True)
class Serve:
    """What `serve` is to do."""

    settings: Settings
    address: tuple[str, int]
    tls: Tls | None


@dataclass
class Check:
    """Reads flags and keeps what is wrong with them."""

    faults: list[str] = field(default_factory=list)

    def data(self, text: str | None) -> Path:
        """The data directory."""
        if not text:
            self.faults.append("--data: say where the data is kept, for example --data var")
        return Path(text or ".")

    def address(self, text: str) -> tuple[str, int]:
        """Where to listen."""
        found = LISTEN.match(text)
        if found is None or int(found["port"]) > 65_535:
            self.faults.append(f"--listen: {text!r} is not HOST:PORT such as 127.0.0.1:8787")
            return "", 0
        host = found["six"] or found["host"]
        try:
            return _resolved(host), int(found["port"])
        except OSError as error:
            self.faults.append(f"--listen: {host} is no address of this machine: {error.strerror}")
            return "", 0

    def proxies(self, texts: Sequence[str]) -> Proxies:
        """The networks of trusted proxies."""
        return Proxies(tuple(self._networks(texts)))

    def tick(self, text: str) -> float:
        """Seconds between two ticks."""
        try:
            tick = float(text)
        except ValueError:
            tick = 0.0
        if not 0.05 <= tick <= 3600:
            self.faults.append(f"--tick-s: {text!r} is not a number of seconds from 0.05 to 3600")
        return tick

    def tls(self, certificate: str | None, key: str | None) -> Tls | None:
        """The certificate and its key, both or none."""
        if certificate is None and key is None:
            return None
        if certificate is None or key is None:
            there, missing = ("--tls-key", "--tls-cert") if key else ("--tls-cert", "--tls-key")
            self.faults.append(f"{missing}: is needed together with {there}")
            return None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        except OSError as error:  # ssl.SSLError is one too
            why = error.strerror or error
            self.faults.append(f"--tls-cert, --tls-key: {certificate}, {key} do not fit: {why}")
        return Tls(Path(certificate), Path(key))

    def policy(self, text: str | None) -> Page | None:
        """The policy's page; each fault in it is one of ours."""
        if text is None:
            return None
        page = self.page(Path(text), "--policy: ")
        if page is not None:
            self.faults += policy_faults(page)
        return page

    def page(self, path: Path, flag: str = "") -> Page | None:
        """A page that can be read."""
        try:
            return Page(str(path), path.read_text(encoding="utf-8"))
        except OSError as error:
            self.faults.append(f"{flag}{path} cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self.faults.append(f"{flag}{path} is not UTF-8")
        return None

    def url(self, text: str) -> str:
        """Where the collector is reached."""
        if not URL.match(text):
            self.faults.append(f"--url: {text!r} is not an address such as http://127.0.0.1:8787")
        return text

    def done(self) -> None:
        """Raises Wrong with all faults, if there are any."""
        if self.faults:
            raise Wrong(self.faults)

    def _networks(self, texts: Sequence[str]) -> Iterator[Network]:
        for text in texts:
            try:
                yield ip_network(text)
            except ValueError as error:
                self.faults.append(f"--trusted-proxy: {error}")


def serve(given: Given) -> Serve:
    """What `serve` is to do; raises Wrong."""
    check = Check()
    data, address = check.data(given.data), check.address(given.listen)
    tls, proxies = check.tls(given.tls_cert, given.tls_key), check.proxies(given.trusted_proxy)
    if tls is None and not proxies.trusted and address[0] and not _loopback(address[0]):
        check.faults.append(
            f"--listen: {given.listen} is reachable from elsewhere, so --tls-cert and --tls-key "
            "are needed, or --trusted-proxy CIDR to name who ends TLS"
        )
    settings = Settings(data, check.policy(given.policy), proxies, check.tick(given.tick_s))
    check.done()
    return Serve(settings, address, tls)


def policy_faults(page: Page) -> tuple[str, ...]:
    """All that is wrong with a policy's page, each as `policy.yaml:12: key: what`."""
    try:
        parse(page.text, page.name, [signature.id for signature in pack.load().signatures])
    except Faults as faults:
        return faults.faults
    return ()


def _resolved(host: str) -> str:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


def _loopback(host: str) -> bool:
    return ip_address(host.partition("%")[0]).is_loopback
