"""What an input device can do, from the bits that the kernel shows (input-event-codes.h)."""

from dataclasses import dataclass

from agent.sensors.input_devices.rows import Pointer

LETTERS = tuple(range(16, 26)) + tuple(range(30, 39)) + tuple(range(44, 51))  # KEY_Q .. KEY_M
LEFT = 0x110  # BTN_LEFT
GAME = range(0x120, 0x140)  # joysticks and gamepads
DIGITISER = (*range(0x140, 0x150), *range(0x220, 0x224))  # pens, fingers, touch; a pad's buttons
DIRECT, ACCELEROMETER = 0x01, 0x06  # INPUT_PROP_
X, Y = 0, 1


@dataclass(frozen=True)
class Capabilities:
    """The bits of an input device."""

    keys: frozenset[int]
    relative: frozenset[int]
    absolute: frozenset[int]
    properties: frozenset[int]


def bits(text: str) -> frozenset[int]:
    """The bits set in the kernel's hexadecimal words, highest first, 64 bits each."""
    # 1 0 3  is bit 128, and bits 1 and 0
    found = set()
    for place, word in enumerate(reversed(text.split())):
        value = int(word, 16)
        while value:
            lowest = value & -value
            found.add(place * 64 + lowest.bit_length() - 1)
            value ^= lowest
    return frozenset(found)


def keyboard(can: Capabilities) -> bool:
    """Whether it can type: it has all letters, which no remote or button row has."""
    return can.keys.issuperset(LETTERS)


def pointer(can: Capabilities) -> Pointer:
    """How it points; a pen, a touch screen, a touch pad and a gamepad do not count as pointers."""
    if LEFT not in can.keys:
        return ""
    if {X, Y} <= can.relative:
        return "relative"
    if can.keys.intersection((*DIGITISER, *GAME)) or can.properties & {DIRECT, ACCELEROMETER}:
        return ""
    return "absolute" if {X, Y} <= can.absolute else ""
