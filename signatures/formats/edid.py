"""EDID 1.3 and 1.4: what a monitor says of itself, in blocks of 128 bytes.

EdidFault
  Empty         no bytes: nothing is connected, or the cable carries no data
  WrongLength   not a whole number of blocks
  TooLarge      more than four blocks
  Blank         every byte zero: a screen that shows nothing of itself
  BadHeader     the first eight bytes are not an EDID's
  BadChecksum   the bytes of the first block do not add up to zero

Faulty extension blocks are listed, not refused: the first block is what identifies a monitor, and
a box that spoils the second must not vanish by it. Texts are reduced to printable ASCII.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = 128
LARGEST = 4 * BLOCK
HEADER = bytes.fromhex("00ffffffffffff00")
DESCRIPTORS = (54, 72, 90, 108)
TEXT = slice(5, 18)
SERIAL_TEXT, OTHER_TEXT, NAME = 0xFF, 0xFE, 0xFC
CTA, DISPLAY_ID = 0x02, 0x70
DISPLAY_ID_PRODUCT = frozenset({0x00, 0x20})


class EdidFault(ValueError):
    """Bytes that are not an EDID; the message says in which way."""


class Empty(EdidFault):
    """No bytes."""


class WrongLength(EdidFault):
    """Not a whole number of blocks."""


class TooLarge(EdidFault):
    """More than four blocks."""


class Blank(EdidFault):
    """Every byte is zero."""


class BadHeader(EdidFault):
    """The first eight bytes are not an EDID's."""


class BadChecksum(EdidFault):
    """The bytes of the first block do not add up to zero."""


@dataclass(frozen=True)
class Edid:
    """What an EDID says; texts are empty and numbers 0 where it says nothing.

    maker: PNP id, three letters. product: four hex digits. serial_number: eight hex digits.
    week: as written, 255 when `year` is the model's. extensions: how many blocks it says follow;
    faulty: which of those that do follow have a wrong checksum. native_width, native_height: of
    its preferred timing.
    """

    maker: str
    product: str
    serial_number: str
    serial_text: str
    name: str
    week: int
    year: int
    version: str
    digital: bool
    width_mm: int
    height_mm: int
    native_width: int
    native_height: int
    extensions: int
    faulty: tuple[int, ...]


def parse(data: bytes) -> Edid:
    """The EDID in some bytes, or the fault they have."""
    _check(data)
    texts = dict(_texts(data))
    preferred = data[DESCRIPTORS[0] : DESCRIPTORS[0] + 18]
    timed = preferred[0:2] != b"\0\0"
    width_mm, height_mm = _size(data, preferred if timed else bytes(18))
    return Edid(
        maker=_maker(int.from_bytes(data[8:10], "big")),
        product=f"{int.from_bytes(data[10:12], 'little'):04x}",
        serial_number=f"{int.from_bytes(data[12:16], 'little'):08x}",
        serial_text=texts.get(SERIAL_TEXT, ""),
        name=texts.get(NAME, ""),
        week=data[16],
        year=1990 + data[17],
        version=f"{data[18]}.{data[19]}",
        digital=bool(data[20] & 0x80),
        width_mm=width_mm,
        height_mm=height_mm,
        native_width=preferred[2] | (preferred[4] & 0xF0) << 4 if timed else 0,
        native_height=preferred[5] | (preferred[7] & 0xF0) << 4 if timed else 0,
        extensions=data[126],
        faulty=tuple(
            start // BLOCK
            for start in range(BLOCK, len(data), BLOCK)
            if sum(data[start : start + BLOCK]) % 256
        ),
    )


def skeleton(data: bytes) -> str:
    """SHA-256 over the first block without maker, product, serials, texts and checksum.

    It stays when a device is renamed and changes with timings, colours, size and date.
    """
    _check_length(data)
    block = bytearray(data[:BLOCK])
    block[8:16] = bytes(8)
    for start in DESCRIPTORS:
        if _text_tag(block, start) in {SERIAL_TEXT, OTHER_TEXT, NAME}:
            block[start + 5 : start + 18] = bytes(13)
    block[127] = 0
    return hashlib.sha256(block).hexdigest()


def full_hash(data: bytes) -> str:
    """SHA-256 over all bytes."""
    return hashlib.sha256(data).hexdigest()


def without_serials(data: bytes) -> bytes:
    """The same EDID with each serial number and serial text zeroed and the checksums mended.

    Also in CTA and DisplayID extensions, which may carry one of their own.
    """
    _check_length(data)
    bare = bytearray(data)
    bare[12:16] = bytes(4)
    for start in DESCRIPTORS:
        _forget_text(bare, start)
    _mend(bare, 0)
    for start in range(BLOCK, len(bare), BLOCK):
        if bare[start] == CTA:
            _forget_in_cta(bare, start)
        elif bare[start] == DISPLAY_ID:
            _forget_in_display_id(bare, start)
    return bytes(bare)


def _check(data: bytes) -> None:
    _check_length(data)
    if not any(data[:BLOCK]):
        raise Blank(f"all {BLOCK} bytes are zero")
    if data[: len(HEADER)] != HEADER:
        raise BadHeader(f"begins with {data[: len(HEADER)].hex()}, not {HEADER.hex()}")
    if remainder := sum(data[:BLOCK]) % 256:
        raise BadChecksum(f"the first block adds up to {remainder}, not 0")


def _check_length(data: bytes) -> None:
    if not data:
        raise Empty("no bytes at all")
    if len(data) > LARGEST:
        raise TooLarge(f"{len(data)} bytes, more than {LARGEST}")
    if len(data) % BLOCK:
        raise WrongLength(f"{len(data)} bytes, not a multiple of {BLOCK}")


def _maker(word: int) -> str:
    """Three letters of five bits each, A is 1."""
    return "".join(chr(64 + (word >> shift & 0x1F)) for shift in (10, 5, 0))


def _size(data: bytes, preferred: bytes) -> tuple[int, int]:
    """Millimetres from the preferred timing, else from the whole centimetres."""
    width = preferred[12] | (preferred[14] & 0xF0) << 4
    height = preferred[13] | (preferred[14] & 0x0F) << 8
    return (width, height) if width and height else (data[21] * 10, data[22] * 10)


def _texts(data: bytes) -> Iterator[tuple[int, str]]:
    """Each text descriptor's tag and text; the first of a tag comes last, so that it wins."""
    for start in reversed(DESCRIPTORS):
        tag = _text_tag(data, start)
        if tag in {SERIAL_TEXT, NAME}:
            yield tag, _text(bytes(data[start : start + 18][TEXT]))


def _text_tag(data: bytes | bytearray, start: int) -> int | None:
    """The tag of a display descriptor; None for a detailed timing."""
    return None if any(data[start : start + 3]) else data[start + 3]


def _text(raw: bytes) -> str:
    shown = raw.split(b"\n", 1)[0].split(b"\0", 1)[0]
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in shown).strip()


def _forget_text(data: bytearray, start: int) -> None:
    if _text_tag(data, start) == SERIAL_TEXT:
        data[start + 5 : start + 18] = bytes(13)


def _forget_in_cta(data: bytearray, start: int) -> None:
    """CTA-861: 18-byte descriptors from the offset in byte 2 to the checksum."""
    offset = data[start + 2]
    if offset >= 4:
        for descriptor in range(start + offset, start + BLOCK - 18, 18):
            _forget_text(data, descriptor)
    _mend(data, start)


def _forget_in_display_id(data: bytearray, start: int) -> None:
    """DisplayID: data blocks of tag, revision, length; a product's serial is its bytes 5 to 8."""
    length = data[start + 2]
    end = min(start + 5 + length, start + BLOCK - 2)
    block = start + 5
    while block + 3 <= end:
        size = data[block + 2]
        if data[block] in DISPLAY_ID_PRODUCT and size >= 9 and block + 12 <= end:
            data[block + 8 : block + 12] = bytes(4)
        block += 3 + size
    if end == start + 5 + length:
        data[end] = -sum(data[start + 1 : end]) % 256
    _mend(data, start)


def _mend(data: bytearray, start: int) -> None:
    data[start + 127] = -sum(data[start : start + 127]) % 256
