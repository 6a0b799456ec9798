"""Takes people, machines and places out of a page, and leaves what a sensor understands.

Host names, user names, serial numbers, MACs and public addresses are replaced, each by the same
stand-in wherever it is met; lengths of serial numbers and vendors of MACs stay. It cannot know
everything that is private: read the page before you share it.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from signatures.formats import edid

HOST_FILES = ("/etc/hostname", "/proc/sys/kernel/hostname")
SERIAL_NAMES = frozenset(
    {
        "serial",
        "product_serial",
        "board_serial",
        "chassis_serial",
        "product_uuid",
        "serial_number",
        "machine-id",
        "boot_id",
        "uniq",
        "wwid",
    }
)
# /home/kim/.config   USER=kim   sshd: kim@pts/0   sshd: kim [priv]
USERS = (
    re.compile(r"/(?:home|Users)/([^/\s\"':]+)"),
    re.compile(r"(?m)^(?:USER|LOGNAME|USERNAME)=([^\s\"']+)"),
    re.compile(r"sshd(?:-session)?: ([^\s@\[\]]+)(?=@| \[priv\])"),
)
NOBODY = frozenset({"root", "user", "shared", "Shared", "unknown"})
MAC = re.compile(r"(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![0-9a-fA-F:])")
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
ROUTE6 = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
UTMP_RECORD = 384


def scrub(page: Mapping[str, Any], keep: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The page without what could name anybody; `keep` are serial numbers shared by all units.

    The page's files are bytes here, by path.
    """
    words = _Words(page, keep)
    files = page.get("files", {})
    scrubbed = {
        _key(name, words): _value(value, words) for name, value in page.items() if name != "files"
    }
    scrubbed["files"] = {words.text(path): _file(path, files[path], words) for path in files}
    return scrubbed


class _Words:
    """What is replaced by what, on one page."""

    def __init__(self, page: Mapping[str, Any], keep: frozenset[str]) -> None:
        self._keep = keep
        self._exact = dict(_named(page, keep))
        found = sorted(self._exact, key=len, reverse=True)
        self._names = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in found))
        self._macs: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text with everything replaced."""
        if self._exact:
            text = self._names.sub(lambda match: self._exact[match[0]], text)
        text = MAIL.sub("person@example.org", text)
        text = MAC.sub(lambda match: self._mac(match[0]), text)
        text = IPV4.sub(lambda match: self._address(match[0]), text)
        return IPV6.sub(lambda match: self._address(match[0]), text)

    def routes(self, text: str) -> str:
        """A table of the kernel in which addresses are 32 hexadecimal digits."""
        return ROUTE6.sub(self._hexadecimal, text)

    def edid(self, data: bytes) -> bytes:
        """A screen's EDID without its serials, unless they are those of every unit."""
        try:
            if edid.parse(data).serial_text in self._keep:
                return data
            return edid.without_serials(data)
        except edid.EdidFault:
            return b""

    def _mac(self, mac: str) -> str:
        lower = mac.lower()
        if lower in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"):
            return mac
        number = len(self._macs) + 1
        tail = f"{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        local = int(lower[:2], 16) & 2
        return self._macs.setdefault(lower, ("02:00:00:" if local else lower[:9]) + tail)

    def _address(self, text: str) -> str:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return text
        if not address.is_global:
            return text
        canonical = address.compressed
        if canonical not in self._addresses:
            number = len(self._addresses)
            self._addresses[canonical] = (
                f"{DOCUMENTATION[number // 254 % 3]}.{number % 254 + 1}"
                if address.version == 4
                else f"2001:db8::{number + 1:x}"
            )
        return self._addresses[canonical]

    def _hexadecimal(self, match: re.Match[str]) -> str:
        before = ipaddress.IPv6Address(int(match[0], 16))
        return ipaddress.IPv6Address(self._address(before.compressed)).packed.hex()


def _named(page: Mapping[str, Any], keep: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each name to be replaced, and its stand-in."""
    files: Mapping[str, bytes] = page.get("files", {})
    texts = [data.decode(errors="replace") for data in files.values()]
    hosts = {files[path].decode(errors="replace").strip() for path in HOST_FILES if path in files}
    for number, host in enumerate(sorted(hosts - {"", "localhost"}), 1):
        yield host, f"host{number}"
    strings = [*texts, *_strings(page)]
    users = {name for shape in USERS for text in strings for name in shape.findall(text)}
    for number, user in enumerate(sorted(users - NOBODY), 1):
        yield user, f"user{number}"
    serials = {
        files[path].decode(errors="replace").strip().strip("\0")
        for path in files
        if path.rpartition("/")[2] in SERIAL_NAMES
    }
    for number, serial in enumerate(sorted(serials - keep - {""}), 1):
        yield serial, f"X{number:0{max(1, len(serial) - 1)}d}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _strings(name)
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _value(value: Any, words: _Words) -> Any:
    if isinstance(value, str):
        return words.text(value)
    if isinstance(value, Mapping):
        return {_key(name, words): _value(each, words) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each, words) for each in value]
    return value


def _key(name: Any, words: _Words) -> Any:
    return words.text(name) if isinstance(name, str) else name


def _file(path: str, data: bytes, words: _Words) -> bytes:
    special: dict[str, Callable[[bytes], bytes]] = {"edid": words.edid, "utmp": _utmp}
    name = path.rpartition("/")[2]
    if name in special:
        return special[name](data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if path.endswith(("/ipv6_route", "/if_inet6")):
        text = words.routes(text)
    return words.text(text).encode()


def _utmp(data: bytes) -> bytes:
    """Login records with nobody's name; where they came from becomes one documentation address."""
    records = bytearray(data)
    for start in range(0, len(records) - UTMP_RECORD + 1, UTMP_RECORD):
        records[start + 44 : start + 76] = b"user".ljust(32, b"\0")
        if any(records[start + 348 : start + 364]):
            records[start + 76 : start + 332] = b"192.0.2.1".ljust(256, b"\0")
            records[start + 348 : start + 364] = bytes((192, 0, 2, 1)).ljust(16, b"\0")
    return bytes(records)
