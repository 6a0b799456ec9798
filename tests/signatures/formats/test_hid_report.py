"""HID report descriptors: what kind of pointer, how long the reports, what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.formats import hid_report
from signatures.formats.hid_report import Collection, Report


def short(kind: int, tag: int, value: int = 0, size: int = 1) -> bytes:
    code = {0: 0, 1: 1, 2: 2, 4: 3}[size]
    return bytes([tag << 4 | kind << 2 | code]) + value.to_bytes(size, "little")


def page(value: int) -> bytes:
    return short(1, 0x0, value)


def usage(value: int, size: int = 1) -> bytes:
    return short(2, 0x0, value, size)


def between(low: int, high: int) -> bytes:
    return short(2, 0x1, low) + short(2, 0x2, high)


def sized(bits: int, count: int) -> bytes:
    return short(1, 0x7, bits) + short(1, 0x9, count)


def numbered(report: int) -> bytes:
    return short(1, 0x8, report)


def given_as(flags: int) -> bytes:
    return short(0, 0x8, flags)


def collection(*parts: bytes, what: int = 1) -> bytes:
    return short(0, 0xA, what) + b"".join(parts) + short(0, 0xC, size=0)


ABSOLUTE, RELATIVE, CONSTANT = 0x02, 0x06, 0x03
BUTTONS = page(0x09) + between(1, 8) + sized(1, 8) + given_as(ABSOLUTE)


def mouse(flags: int, *, top_page: int = 0x01, top_usage: int = 0x02) -> bytes:
    axes = page(0x01) + usage(0x30) + usage(0x31) + sized(16, 2) + given_as(flags)
    return page(top_page) + usage(top_usage) + collection(BUTTONS, axes)


KEYBOARD = (
    page(0x01)
    + usage(0x06)
    + collection(
        page(0x07),
        between(0xE0, 0xE7),
        sized(1, 8),
        given_as(ABSOLUTE),
        between(0, 0x65),
        sized(8, 7),
        given_as(0),
        page(0x08),
        between(1, 5),
        sized(1, 5),
        short(0, 0x9, ABSOLUTE),
    )
)


def test_an_absolute_mouse_is_read() -> None:
    read = hid_report.parse(mouse(ABSOLUTE))
    assert (read.pointer, read.keyboard) == ("absolute", False)
    assert read.collections == (Collection(page=1, usage=2, application=True),)
    assert read.reports == (Report(0, "input", 5),)


def test_a_relative_mouse_is_read() -> None:
    assert hid_report.parse(mouse(RELATIVE)).pointer == "relative"


def test_a_device_with_both_kinds_is_absolute_and_says_both() -> None:
    read = hid_report.parse(mouse(RELATIVE) + mouse(ABSOLUTE))
    assert (read.pointer, read.absolute, read.relative) == ("absolute", True, True)


def test_a_pointer_counts_like_a_mouse() -> None:
    assert hid_report.parse(mouse(ABSOLUTE, top_usage=0x01)).pointer == "absolute"


def test_a_digitiser_is_no_pointer() -> None:
    assert hid_report.parse(mouse(ABSOLUTE, top_page=0x0D, top_usage=0x04)).pointer == ""


def test_a_joystick_is_no_pointer() -> None:
    assert hid_report.parse(mouse(ABSOLUTE, top_usage=0x04)).pointer == ""


def test_a_button_is_no_axis() -> None:
    buttons = page(0x09) + between(0x30, 0x31) + sized(1, 2) + given_as(ABSOLUTE)
    assert hid_report.parse(page(1) + usage(2) + collection(buttons)).pointer == ""


def test_padding_is_no_axis() -> None:
    assert hid_report.parse(mouse(CONSTANT)).pointer == ""


def test_an_axis_beyond_the_count_is_not_said() -> None:
    axes = page(1) + usage(0x30) + usage(0x31) + sized(16, 1) + given_as(ABSOLUTE)
    assert hid_report.parse(page(1) + usage(2) + collection(axes)).pointer == ""


def test_axes_may_be_given_as_a_range_or_with_their_page() -> None:
    ranged = page(1) + between(0x30, 0x31) + sized(16, 2) + given_as(ABSOLUTE)
    paged = usage(0x00010030, 4) + usage(0x00010031, 4) + sized(16, 2) + given_as(ABSOLUTE)
    for axes in (ranged, page(0x0C) + paged):
        assert hid_report.parse(page(1) + usage(2) + collection(axes)).pointer == "absolute"


def test_axes_inside_a_physical_collection_count() -> None:
    inner = usage(0x01) + collection(mouse(RELATIVE)[6:-1], what=0)
    assert hid_report.parse(page(1) + usage(2) + collection(inner)).pointer == "relative"


def test_a_boot_keyboard_has_eight_bytes_and_lights() -> None:
    read = hid_report.parse(KEYBOARD)
    assert (read.keyboard, read.pointer) == (True, "")
    assert read.reports == (Report(0, "input", 8), Report(0, "output", 1))


def test_numbered_reports_carry_their_id_as_a_byte() -> None:
    both = page(1) + usage(2) + collection(numbered(1), BUTTONS, numbered(2), BUTTONS, BUTTONS)
    assert hid_report.parse(both).reports == (Report(1, "input", 2), Report(2, "input", 3))


def test_a_pop_brings_back_what_was_pushed() -> None:
    pushed = sized(8, 2) + short(1, 0xA, size=0) + sized(1, 1) + short(1, 0xB, size=0)
    one = page(1) + usage(2) + collection(pushed, given_as(CONSTANT))
    assert hid_report.parse(one).reports == (Report(0, "input", 2),)


def test_long_items_are_passed_over() -> None:
    assert hid_report.parse(b"\xfe\x03\xf0abc" + mouse(ABSOLUTE)).pointer == "absolute"


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        (b"", hid_report.Empty, "no bytes at all"),
        (mouse(ABSOLUTE)[:-2] + b"\x26\xff", hid_report.Truncated, "longer than what is left"),
        (b"\xfe", hid_report.Truncated, "byte 0"),
        (mouse(ABSOLUTE)[:-1], hid_report.Unbalanced, "1 collections are not closed"),
        (mouse(ABSOLUTE) + b"\xc0", hid_report.Unbalanced, "was not opened"),
        (b"\xb4", hid_report.Unbalanced, "without a push"),
        (b"\xa1\x01" * 33, hid_report.TooMuch, "deeper than 32"),
        (b"\xa4" * 17, hid_report.TooMuch, "more than 16 times"),
        (
            short(1, 7, 0xFFFFFFFF, 4) + short(1, 9, 0xFFFFFFFF, 4) + given_as(ABSOLUTE),
            hid_report.TooMuch,
            "more than 16384 bytes",
        ),
        (bytes(4097), hid_report.TooLarge, "4097 bytes"),
    ],
    ids=[
        "nothing",
        "cut in an item",
        "cut in a long item",
        "open",
        "closed twice",
        "pop",
        "deep",
        "pushes",
        "huge report",
        "large",
    ],
)
def test_what_is_no_descriptor_is_refused_with_a_clear_word(
    data: bytes, fault: type[hid_report.HidFault], words: str
) -> None:
    with pytest.raises(fault, match=words):
        hid_report.parse(data)


@given(st.binary(max_size=200))
def test_hostile_bytes_raise_only_our_own_faults(data: bytes) -> None:
    with suppress(hid_report.HidFault):
        assert hid_report.parse(data).pointer in {"absolute", "relative", ""}


@given(st.integers(5, len(mouse(ABSOLUTE)) - 1))
def test_a_descriptor_cut_after_its_collection_began_is_refused(cut: int) -> None:
    with pytest.raises(hid_report.HidFault):
        hid_report.parse(mouse(ABSOLUTE)[:cut])


@given(st.integers(0, len(mouse(ABSOLUTE)) - 1), st.integers(1, 255))
def test_any_other_byte_gives_another_hash(place: int, flip: int) -> None:
    changed = bytearray(mouse(ABSOLUTE))
    changed[place] ^= flip
    assert hid_report.report_hash(bytes(changed)) != hid_report.report_hash(mouse(ABSOLUTE))
