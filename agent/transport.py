"""One HTTP connection to the collector: verified, bounded in time and size, never redirected.

TransportFault
  BadAddress    not an address that the agent may call (the operator's)
  Unreachable   no connection, a broken one, or a certificate that does not verify (the peer's)
  TooMuch       an answer over the limit (the peer's)
"""

import hashlib
import http.client
import ipaddress
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

TIMEOUT_S = 10.0
IDLE_S = 60.0
LONGEST_S = 60.0
MAX_REPLY = 512 * 1024
CHUNK = 64 * 1024


class TransportFault(Exception):
    """The collector could not be asked."""


class BadAddress(TransportFault):
    """Not an address that the agent may call."""


class Unreachable(TransportFault):
    """No connection, a broken one, or a certificate that does not verify."""


class TooMuch(TransportFault):
    """An answer over the limit."""


@dataclass(frozen=True)
class Address:
    """Where the collector is."""

    secure: bool
    host: str
    port: int
    prefix: str

    @property
    def url(self) -> str:
        """The address as text."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' * self.secure}://{host}:{self.port}{self.prefix}"


@dataclass(frozen=True)
class Response:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Asks the collector; raises TransportFault."""

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer to one request."""

    def close(self) -> None:
        """Ends the connection; the next question makes another."""


def address(url: str) -> Address:
    """An address from its text: https, or http to this machine itself."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{url!r}: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress(f"{url!r}: expected https://HOST[:PORT]")
    if parts.username or parts.query or parts.fragment:
        raise BadAddress(f"{url!r}: no user, query or fragment may stand in it")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise BadAddress(f"{url!r}: plain http only to this machine itself; use https")
    secure = parts.scheme == "https"
    return Address(secure, parts.hostname, port or (443 if secure else 80), parts.path.rstrip("/"))


def trust(ca: Path | None) -> ssl.SSLContext:
    """Verifies against the given certificates, else against the system's."""
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        raise BadAddress(f"{ca}: not a file of certificates ({error})") from error
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a pinned leaf or intermediate will do
    return context


def pinned(where: Address, fingerprint: str) -> str:
    """The PEM of the certificate with that SHA-256 among those that the collector shows."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent: the certificate is only looked at
    connection = http.client.HTTPSConnection(
        where.host, where.port, timeout=TIMEOUT_S, context=context
    )
    try:
        connection.connect()
        shown = _shown(connection.sock)
    except OSError as error:
        raise Unreachable(f"{where.url}: {error}") from error
    finally:
        connection.close()
    for certificate in shown:
        if hashlib.sha256(certificate).hexdigest() == fingerprint:
            return ssl.DER_cert_to_PEM_cert(certificate)
    raise Unreachable(f"{where.url}: shows no certificate with SHA-256 {fingerprint}")


class Connection:
    """A connection that is kept while it is used, and made anew after a pause."""

    def __init__(self, where: Address, ca: Path | None, monotonic: Callable[[], float]) -> None:
        self.where = where
        self._ca = ca
        self._monotonic = monotonic
        self._context: ssl.SSLContext | None = None
        self._http: http.client.HTTPConnection | None = None
        self._used = 0.0

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer to one request; a redirect is an answer like another."""
        try:
            return self._again(method, path, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            why = str(error) or type(error).__name__
            raise Unreachable(f"{self.where.url}: {why}") from error

    def close(self) -> None:
        """Ends the connection; the next question makes another."""
        if self._http is not None:
            self._http.close()
        self._http = None

    def _again(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Asks once more where a kept connection turns out to have been closed meanwhile."""
        kept = self._http is not None
        try:
            return self._ask(method, path, headers, body)
        except (ConnectionError, http.client.BadStatusLine):
            self.close()
            if not kept:
                raise
            return self._ask(method, path, headers, body)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        connection = self._connected()
        connection.request(method, self.where.prefix + path, body or None, dict(headers))
        answer = connection.getresponse()
        content = self._content(answer, path)
        if answer.will_close:
            self.close()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, known, content)

    def _content(self, answer: http.client.HTTPResponse, path: str) -> bytes:
        ends = self._monotonic() + LONGEST_S
        content = bytearray()
        while piece := answer.read1(CHUNK):
            content += piece
            if len(content) > MAX_REPLY:
                self.close()
                raise TooMuch(f"{self.where.url}{path}: an answer over {MAX_REPLY} bytes")
            if self._monotonic() > ends:
                raise TimeoutError(f"an answer that takes over {LONGEST_S:.0f} s")
        answer.close()  # read1 does not notice that the last byte came, and holds the connection
        return bytes(content)

    def _connected(self) -> http.client.HTTPConnection:
        now = self._monotonic()
        if self._http is not None and now - self._used > IDLE_S:
            self.close()
        self._used = now
        if self._http is None:
            self._http = self._made()
        return self._http

    def _made(self) -> http.client.HTTPConnection:
        if not self.where.secure:
            return http.client.HTTPConnection(self.where.host, self.where.port, timeout=TIMEOUT_S)
        if self._context is None:
            self._context = trust(self._ca)
        return http.client.HTTPSConnection(
            self.where.host, self.where.port, timeout=TIMEOUT_S, context=self._context
        )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(sock: object) -> tuple[bytes, ...]:
    """The certificates that the peer showed; before Python 3.13 only its own can be had."""
    chain = getattr(sock, "get_unverified_chain", None)
    if chain is not None:
        return tuple(chain())
    own = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    return (own,) if own else ()
