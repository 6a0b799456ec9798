import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.legible import legible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dell U2720Q", "Dell U2720Q"),
        ("Zo\u00eb\u2019s laptop", "Zo\u00eb\u2019s laptop"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("one\ntwo\x00", "one\\x0atwo\\x00"),
        ("\u200bhidden", "\\u200bhidden"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 4 + "\\u0301" * 5),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert legible(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert legible("x" * 1_000_000, 10) == "x" * 9 + "\u2026"


@given(st.text(), st.integers(1, 50))
def test_whatever_comes_nothing_unseen_is_left_and_it_is_short(text: str, limit: int) -> None:
    shown = legible(text, limit)
    assert len(shown) <= limit
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert [one for one in shown if unicodedata.category(one) in unseen] == []
