"""EDID: what is read, what is refused and why, and what the skeleton rests on."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.formats import edid
from signatures.formats.edid import Edid

TIMING = bytes.fromhex("023a801871382d40582c450009252100001e")
"""1920 x 1080 at 60 Hz on a screen of 521 x 293 mm, as most monitors say it."""


def text_descriptor(tag: int, text: bytes) -> bytes:
    return bytes([0, 0, 0, tag, 0]) + text.ljust(13, b" ")[:13]


def mended(block: bytes) -> bytes:
    return block[:127] + bytes([-sum(block[:127]) % 256])


def base(
    *,
    maker: int = 0x10AC,
    product: int = 0xA0C4,
    serial: int = 0x01010101,
    name: bytes = b"DELL P2419H\n",
    serial_text: bytes = b"7H1FXV2\n",
    timing: bytes = TIMING,
    date: tuple[int, int] = (35, 26),
    extensions: int = 0,
) -> bytes:
    block = b"".join(
        (
            edid.HEADER,
            maker.to_bytes(2, "big"),
            product.to_bytes(2, "little"),
            serial.to_bytes(4, "little"),
            bytes(date),
            b"\x01\x03\x80\x34\x1d\x78",
            bytes(30),
            timing,
            text_descriptor(edid.SERIAL_TEXT, serial_text),
            text_descriptor(edid.NAME, name),
            text_descriptor(0xFD, b"\x38\x4c\x1e\x53\x11\n"),
            bytes([extensions, 0]),
        )
    )
    return mended(block)


def cta(*descriptors: bytes) -> bytes:
    return mended((b"\x02\x03\x04\x00" + b"".join(descriptors)).ljust(128, b"\0"))


def display_id(serial: int) -> bytes:
    product = b"\x00\x00\x0c" + b"DEL" + b"\xc4\xa0" + serial.to_bytes(4, "little") + b"\x01\x1a\0"
    section = b"\x12" + bytes([len(product)]) + b"\x03\x00" + product
    section += bytes([-sum(section) % 256])
    return mended((b"\x70" + section).ljust(128, b"\0"))


def test_a_monitor_is_read_field_by_field() -> None:
    assert edid.parse(base()) == Edid(
        maker="DEL",
        product="a0c4",
        serial_number="01010101",
        serial_text="7H1FXV2",
        name="DELL P2419H",
        week=35,
        year=2016,
        version="1.3",
        digital=True,
        width_mm=521,
        height_mm=293,
        native_width=1920,
        native_height=1080,
        extensions=0,
        faulty=(),
    )


def test_without_a_size_in_its_timing_the_centimetres_count() -> None:
    timing = bytearray(TIMING)
    timing[12:15] = b"\0\0\0"
    read = edid.parse(base(timing=bytes(timing)))
    assert (read.width_mm, read.height_mm) == (520, 290)


def test_a_monitor_that_says_one_extension_and_has_none_is_read() -> None:
    read = edid.parse(base(extensions=1))
    assert (read.extensions, read.faulty) == (1, ())


def test_a_faulty_extension_is_listed_and_hides_nothing() -> None:
    spoiled = bytearray(cta())
    spoiled[127] ^= 1
    read = edid.parse(base(extensions=2) + cta() + bytes(spoiled))
    assert (read.name, read.faulty) == ("DELL P2419H", (2,))


def test_a_second_block_of_zeros_is_taken() -> None:
    assert edid.parse(base(extensions=1) + bytes(128)).faulty == ()


def test_texts_are_printable_whatever_the_monitor_sends() -> None:
    read = edid.parse(base(name=b"\x1b[2J<b>\xff\x00xx", serial_text=b"\r\n"))
    assert (read.name, read.serial_text) == ("?[2J<b>?", "?")


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        (b"", edid.Empty, "no bytes at all"),
        (base()[:127], edid.WrongLength, "127 bytes, not a multiple of 128"),
        (bytes(128), edid.Blank, "all 128 bytes are zero"),
        (b"\xff" + base()[1:], edid.BadHeader, "begins with ffff"),
        (base()[:127] + bytes([base()[127] ^ 1]), edid.BadChecksum, "adds up to"),
        (base() + bytes(512), edid.TooLarge, "640 bytes, more than 512"),
    ],
    ids=["nothing", "127 bytes", "128 zeros", "header", "checksum", "five blocks"],
)
def test_what_is_no_edid_is_refused_with_a_clear_word(
    data: bytes, fault: type[edid.EdidFault], words: str
) -> None:
    with pytest.raises(fault, match=words):
        edid.parse(data)


def test_without_serials_nothing_of_a_serial_is_left_and_all_checksums_hold() -> None:
    serial = text_descriptor(edid.SERIAL_TEXT, b"SECRET\n")
    whole = base(serial=0x2A, serial_text=b"SECRET\n", extensions=2) + cta(serial) + display_id(77)
    bare = edid.without_serials(whole)
    read = edid.parse(bare)
    assert (read.serial_number, read.serial_text, read.faulty) == ("00000000", "", ())
    assert b"SECRET" not in bare
    assert (77).to_bytes(4, "little") not in bare
    assert sum(bare[257 : 257 + 4 + 16]) % 256 == 0


def test_without_serials_the_rest_stays_as_it_was() -> None:
    whole = base(serial=0x2A, serial_text=b"SECRET\n", extensions=1) + cta(TIMING)
    bare = edid.without_serials(whole)
    changed = {place for place in range(len(whole)) if whole[place] != bare[place]}
    assert changed <= {*range(12, 16), *range(77, 90), 127}
    assert edid.skeleton(bare) == edid.skeleton(whole)


texts = st.binary(min_size=0, max_size=13)


@given(
    maker=st.integers(0, 0x7FFF),
    product=st.integers(0, 0xFFFF),
    serial=st.integers(0, 0xFFFFFFFF),
    name=texts,
    serial_text=texts,
)
def test_renaming_and_reserialising_never_changes_the_skeleton(
    maker: int, product: int, serial: int, name: bytes, serial_text: bytes
) -> None:
    renamed = base(maker=maker, product=product, serial=serial, name=name, serial_text=serial_text)
    assert edid.skeleton(renamed) == edid.skeleton(base())


@given(place=st.integers(0, 17), flip=st.integers(1, 255))
def test_another_timing_changes_the_skeleton(place: int, flip: int) -> None:
    timing = bytearray(TIMING)
    timing[place] ^= flip
    assert edid.skeleton(base(timing=bytes(timing))) != edid.skeleton(base())


@given(date=st.tuples(st.integers(0, 255), st.integers(0, 255)))
def test_another_date_changes_the_skeleton(date: tuple[int, int]) -> None:
    same = date == (35, 26)
    assert (edid.skeleton(base(date=date)) == edid.skeleton(base())) is same


@given(st.binary(max_size=600))
def test_hostile_bytes_raise_only_our_own_faults(data: bytes) -> None:
    for ask in (edid.parse, edid.skeleton, edid.without_serials):
        with suppress(edid.EdidFault):
            assert ask(data)


@given(st.lists(st.binary(min_size=128, max_size=128), min_size=1, max_size=4))
def test_forgetting_serials_twice_changes_nothing_more(blocks: list[bytes]) -> None:
    once = edid.without_serials(b"".join(blocks))
    assert edid.without_serials(once) == once
