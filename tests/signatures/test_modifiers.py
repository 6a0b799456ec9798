"""How conditions compare, and that no text can make it slow."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures import modifiers
from signatures.shape import HOWS, How


@pytest.mark.parametrize(
    ("how", "value", "text", "expected"),
    [
        ("is", "AnyDesk.exe", "anydesk.EXE", True),
        ("is", "PiKVM Optical Drive", "PiKVM   Optical Drive   ", True),
        ("is", "anydesk", "anydesk2", False),
        ("contains", "\\Splashtop\\", "C:\\Program Files\\Splashtop\\x.exe", True),
        ("contains", "vnc", "remmina", False),
        ("startswith", "/opt/teamviewer/", "/opt/TeamViewer/tv_bin/teamviewerd", True),
        ("startswith", "/opt/teamviewer/", "/srv/opt/teamviewer/x", False),
        ("endswith", "GENERIC 1.00", "Logitech GENERIC  1.00", True),
        ("endswith", "GENERIC 1.00", "GENERIC 1.00x", False),
        ("re", "[1-9]&[0-9a-f]{7}&0&1", "6&1A2B3C4&0&1", True),
        ("re", "[1-9]&[0-9a-f]{7}&0&1", "x6&1a2b3c4&0&1", False),
        ("glob", "chrome-remote-desktop@*.service", "chrome-remote-desktop@kim.service", True),
        ("glob", "/opt/connectwisecontrol-*", "/opt/connectwisecontrol-ab/x", False),
        ("glob", "/opt/connectwisecontrol-**", "/opt/connectwisecontrol-ab/x", True),
        ("glob", "C:\\Users\\*\\rustdesk.exe", "c:\\users\\kim\\rustdesk.exe", True),
        ("glob", "a?c", "abc", True),
        ("glob", "a.c", "abc", False),
    ],
)
def test_a_text_compares(how: How, value: str, text: str, *, expected: bool) -> None:
    assert modifiers.compared(how, value)(modifiers.fold(text)) is expected


@pytest.mark.parametrize(
    ("how", "value", "why"),
    [
        ("is", " ", "an empty value matches nothing"),
        ("contains", "ab", "contains with fewer than 3 characters matches too much"),
        ("startswith", "/", "startswith with fewer than 3 characters matches too much"),
        ("glob", "*a*b*", "a glob has at most 2 stars"),
        ("re", "(a", "not an expression: missing ), unterminated subpattern at position 0"),
        ("re", "(a+)+b", "an expression repeats no group"),
        ("re", "(?:a|aa)*b", "an expression repeats no group"),
        ("re", "a+b*c{2,}", "an expression has at most 2 open repetitions"),
        ("re", r"(a)\1", "an expression looks neither back nor ahead and refers to no group"),
        ("re", "(?=a)b", "an expression looks neither back nor ahead and refers to no group"),
        ("re", "a" * 201, "an expression has at most 200 characters"),
        ("re", r"[*+)]{2}\*\+a*", ""),
        ("glob", "/opt/*/x", ""),
        ("is", "a", ""),
    ],
)
def test_a_value_that_cannot_be_compared_says_why(how: How, value: str, why: str) -> None:
    assert modifiers.fault(how, value) == why


@pytest.mark.parametrize(
    ("how", "value", "text"),
    [
        ("re", "a*[ab]*c", "a" * 100_000),
        ("re", "a*a*c", "a" * 512),
        ("glob", "**a**b", "a" * 100_000),
        ("glob", "**a**b", "a" * 1023 + "c"),
    ],
)
def test_a_hostile_text_is_compared_at_once(how: How, value: str, text: str) -> None:
    began = process_time()
    assert modifiers.compared(how, value)(text) is False
    assert process_time() - began < 0.1


@given(st.sampled_from([how for how in HOWS if how != "re"]), st.text(min_size=3), st.text())
def test_what_compares_well_begins_as_promised(how: How, value: str, rest: str) -> None:
    for text in (modifiers.fold(value), modifiers.fold(value + rest), modifiers.fold(rest)):
        if modifiers.compared(how, value)(text):
            assert text.startswith(modifiers.beginning(how, value))
