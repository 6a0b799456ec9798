"""The style sheet: readable in both schemes, by the figures of WCAG 2.2 AA."""

import re

import pytest

from collector.dashboard.pages import STYLE

CSS = STYLE.decode()
LEVELS = ("high", "review", "observe", "unseen", "clear")
TEXT = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "sunken"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("soft", "sunken"),
    ("link", "paper"),
    ("link", "sheet"),
    ("link-hover", "sheet"),
    ("link-hover", "sunken"),
    ("sheet", "link"),
    ("bar-ink", "bar"),
    ("bar-soft", "bar"),
    *((level, f"{level}-wash") for level in LEVELS),
    *((level, "sheet") for level in LEVELS),
    *(("ink", f"{level}-wash") for level in LEVELS),
    *(("soft", f"{level}-wash") for level in LEVELS),
]
SHAPES = [
    ("line-strong", "sheet"),
    ("line-strong", "paper"),
    ("focus", "paper"),
    ("focus", "sheet"),
]


def colours(scheme: str) -> dict[str, str]:
    light = re.search(r":root \{(.*?)\n\}", CSS, re.DOTALL)
    dark = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", CSS, re.DOTALL)
    assert light is not None
    assert dark is not None
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light[1]))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark[1]))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_stands_out(scheme: str, front: str, back: str) -> None:
    found = colours(scheme)
    assert contrast(found[front], found[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_borders_of_controls_and_the_focus_stand_out(scheme: str, front: str, back: str) -> None:
    found = colours(scheme)
    assert contrast(found[front], found[back]) >= 3


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert re.findall(r"url\(|@import|@font-face|https?:", CSS) == []


def test_the_keyboards_focus_is_never_taken_away() -> None:
    assert re.findall(r"outline:\s*(?:0|none)", CSS) == []
    assert ":focus-visible { outline: 3px solid" in CSS
