from collections.abc import Set as AbstractSet

import pytest

from agent.sensors.input_devices.capabilities import LETTERS, Capabilities, bits, keyboard, pointer

LEFT, FINGER, PEN, TOUCH, TRIGGER = 0x110, 0x145, 0x140, 0x14A, 0x120


NONE: frozenset[int] = frozenset()


def can(
    *keys: int,
    relative: AbstractSet[int] = NONE,
    absolute: AbstractSet[int] = NONE,
    properties: AbstractSet[int] = NONE,
) -> Capabilities:
    return Capabilities(
        frozenset(keys), frozenset(relative), frozenset(absolute), frozenset(properties)
    )


def test_the_kernels_words_are_highest_first() -> None:
    assert bits("1 0 3") == {0, 1, 128}
    assert bits("ff0000 0") == {80, 81, 82, 83, 84, 85, 86, 87}
    assert bits("0") == bits("") == frozenset()


def test_only_what_has_all_letters_can_type() -> None:
    assert keyboard(can(*LETTERS))
    assert not keyboard(can(*LETTERS[1:]))
    assert not keyboard(can(114, 115, 116))


@pytest.mark.parametrize(
    ("device", "points"),
    [
        (can(LEFT, relative={0, 1, 8}), "relative"),
        (can(LEFT, relative={8}, absolute={0, 1}), "absolute"),
        (can(LEFT, relative={0, 1}, absolute={0, 1}), "relative"),
        (can(LEFT, FINGER, TOUCH, absolute={0, 1}), ""),
        (can(LEFT, PEN, TOUCH, absolute={0, 1, 24}), ""),
        (can(TOUCH, absolute={0, 1}, properties={1}), ""),
        (can(LEFT, absolute={0, 1}, properties={1}), ""),
        (can(LEFT, TRIGGER, absolute={0, 1}), ""),
        (can(absolute={0, 1}, properties={6}), ""),
        (can(LEFT, absolute={0}), ""),
        (can(0x100, relative={0, 1}), ""),
    ],
)
def test_a_pointer_has_two_axes_and_a_left_button_and_is_no_digitiser(
    device: Capabilities, points: str
) -> None:
    assert pointer(device) == points
