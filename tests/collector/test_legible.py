import pytest

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
