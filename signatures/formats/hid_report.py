"""HID report descriptors (HID 1.11, section 6.2.2): what a device can say, in items.

HidFault
  Empty       no bytes
  TooLarge    more than the 4,096 bytes that Linux takes
  Truncated   the last item says it is longer than what is left
  Unbalanced  a collection that is not closed, or a close or a pop too many
  TooMuch     reports, fields or collections beyond any real device's
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

LARGEST = 4096
MOST_BITS = 16384 * 8
MOST_DEEP = 32
MOST_PUSHED = 16

GENERIC_DESKTOP = 0x01
POINTER, MOUSE, KEYBOARD, KEYPAD = 0x01, 0x02, 0x06, 0x07
AXES = {0x30, 0x31}
APPLICATION = 0x01
CONSTANT, VARIABLE, RELATIVE = 0x01, 0x02, 0x04
LONG = 0xFE

Direction = Literal["input", "output", "feature"]
DIRECTIONS: dict[int, Direction] = {0x8: "input", 0x9: "output", 0xB: "feature"}
COLLECTION, END_COLLECTION = 0xA, 0xC


class HidFault(ValueError):
    """Bytes that are not a report descriptor; the message says where."""


class Empty(HidFault):
    """No bytes."""


class TooLarge(HidFault):
    """More bytes than Linux takes."""


class Truncated(HidFault):
    """The last item says it is longer than what is left."""


class Unbalanced(HidFault):
    """A collection that is not closed, or a close or a pop too many."""


class TooMuch(HidFault):
    """Reports, fields or collections beyond any real device's."""


@dataclass(frozen=True)
class Item:
    """One short item: kind 0 main, 1 global, 2 local; its tag and value as written."""

    at: int
    kind: int
    tag: int
    value: int


@dataclass(frozen=True)
class Collection:
    """A top-level collection and what it is used for; `application` as keyboards and mice are."""

    page: int
    usage: int
    application: bool


@dataclass(frozen=True)
class Report:
    """One report; `length` in bytes as it travels, its id included."""

    id: int
    direction: Direction
    length: int


@dataclass(frozen=True)
class ReportDescriptor:
    """What a report descriptor says.

    absolute, relative: whether a mouse or pointer gives its place or its movement; both may be. A
    tablet or touch screen (page 0x0D) is neither. keyboard: whether there is one or a keypad.
    """

    collections: tuple[Collection, ...]
    reports: tuple[Report, ...]
    absolute: bool
    relative: bool
    keyboard: bool

    @property
    def pointer(self) -> Literal["absolute", "relative", ""]:
        """The kind of pointer; a device with both kinds is absolute."""
        return "absolute" if self.absolute else "relative" if self.relative else ""


@dataclass(frozen=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    report: int = 0


@dataclass
class _Reading:
    """The state of a parser between items."""

    globals: _Globals = _Globals()
    pushed: list[_Globals] = field(default_factory=list)
    usages: list[tuple[int, int]] = field(default_factory=list)
    minimum: int | None = None
    open: list[Collection] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    bits: dict[tuple[int, Direction], int] = field(default_factory=dict)
    absolute: set[int] = field(default_factory=set)
    relative: set[int] = field(default_factory=set)


def parse(data: bytes) -> ReportDescriptor:
    """The report descriptor in some bytes, or the fault they have."""
    reading = _Reading()
    for item in items(data):
        if item.kind == 0:
            _main(reading, item)
        elif item.kind == 1:
            _global(reading, item)
        elif item.kind == 2:
            _local(reading, item)
    if reading.open:
        raise Unbalanced(f"{len(reading.open)} collections are not closed")
    numbered = any(report for report, _ in reading.bits)
    return ReportDescriptor(
        collections=tuple(reading.collections),
        reports=tuple(
            Report(report, direction, (bits + 7) // 8 + numbered)
            for (report, direction), bits in sorted(reading.bits.items())
        ),
        absolute=reading.absolute == AXES,
        relative=reading.relative == AXES,
        keyboard=any(
            collection.page == GENERIC_DESKTOP and collection.usage in {KEYBOARD, KEYPAD}
            for collection in reading.collections
            if collection.application
        ),
    )


def items(data: bytes) -> Iterator[Item]:
    """The short items in order; long ones, of which none is defined, are passed over."""
    if not data:
        raise Empty("no bytes at all")
    if len(data) > LARGEST:
        raise TooLarge(f"{len(data)} bytes, more than {LARGEST}")
    at = 0
    while at < len(data):
        prefix = data[at]
        if prefix == LONG:
            size = 2 + data[at + 1] if at + 1 < len(data) else len(data)
        else:
            size = (0, 1, 2, 4)[prefix & 3]
        if at + 1 + size > len(data):
            raise Truncated(f"the item at byte {at} is longer than what is left")
        if prefix != LONG:
            value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
            yield Item(at, prefix >> 2 & 3, prefix >> 4, value)
        at += 1 + size


def report_hash(data: bytes) -> str:
    """SHA-256 over the bytes."""
    return hashlib.sha256(data).hexdigest()


def _main(reading: _Reading, item: Item) -> None:
    if item.tag == COLLECTION:
        _open(reading, item)
    elif item.tag == END_COLLECTION:
        if not reading.open:
            raise Unbalanced(f"a collection is closed at byte {item.at} that was not opened")
        reading.open.pop()
    elif item.tag in DIRECTIONS:
        _report(reading, item, DIRECTIONS[item.tag])
    reading.usages.clear()
    reading.minimum = None


def _open(reading: _Reading, item: Item) -> None:
    if len(reading.open) >= MOST_DEEP:
        raise TooMuch(f"collections deeper than {MOST_DEEP} at byte {item.at}")
    first = reading.usages[0][0] if reading.usages else 0
    page, usage = _paged(reading, first)
    collection = Collection(page, usage, item.value == APPLICATION)
    if not reading.open:
        reading.collections.append(collection)
    reading.open.append(collection)


def _report(reading: _Reading, item: Item, direction: Direction) -> None:
    state = reading.globals
    key = state.report, direction
    bits = reading.bits.get(key, 0) + state.size * state.count
    if bits > MOST_BITS:
        raise TooMuch(f"a report of more than {MOST_BITS // 8} bytes at byte {item.at}")
    reading.bits[key] = bits
    if direction == "input" and _points(reading) and not item.value & CONSTANT:
        said = {axis for axis in AXES if _says(reading, axis)} if item.value & VARIABLE else set()
        (reading.relative if item.value & RELATIVE else reading.absolute).update(said)


def _points(reading: _Reading) -> bool:
    """Whether we are inside a mouse or pointer."""
    top = reading.open[0] if reading.open else None
    return (
        top is not None
        and top.application
        and top.page == GENERIC_DESKTOP
        and top.usage in {POINTER, MOUSE}
    )


def _says(reading: _Reading, wanted: int) -> bool:
    """Whether one of the fields of this item has the usage, in the order they are given."""
    left = reading.globals.count
    for low, high in reading.usages:
        page, usage = _paged(reading, low)
        reach = min(high - low + 1, left)
        if page == GENERIC_DESKTOP and usage <= wanted < usage + reach:
            return True
        left -= reach
        if left <= 0:
            return False
    return False


def _paged(reading: _Reading, usage: int) -> tuple[int, int]:
    """A usage with its page: its own when written in four bytes, else the current one."""
    if usage > 0xFFFF:
        return usage >> 16, usage & 0xFFFF
    return reading.globals.page, usage


def _global(reading: _Reading, item: Item) -> None:
    state = reading.globals
    match item.tag:
        case 0x0:
            reading.globals = replace(state, page=item.value & 0xFFFF)
        case 0x7:
            reading.globals = replace(state, size=item.value)
        case 0x8:
            reading.globals = replace(state, report=item.value)
        case 0x9:
            reading.globals = replace(state, count=item.value)
        case 0xA:
            if len(reading.pushed) >= MOST_PUSHED:
                raise TooMuch(f"pushed more than {MOST_PUSHED} times at byte {item.at}")
            reading.pushed.append(state)
        case 0xB:
            if not reading.pushed:
                raise Unbalanced(f"a pop at byte {item.at} without a push")
            reading.globals = reading.pushed.pop()


def _local(reading: _Reading, item: Item) -> None:
    match item.tag:
        case 0x0:
            reading.usages.append((item.value, item.value))
        case 0x1:
            reading.minimum = item.value
        case 0x2 if reading.minimum is not None:
            if item.value >= reading.minimum:
                reading.usages.append((reading.minimum, item.value))
            reading.minimum = None
