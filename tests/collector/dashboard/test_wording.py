from datetime import UTC, datetime, timedelta

import pytest

from collector.api.documents import RowDocument
from collector.dashboard import wording
from collector.dashboard.wording import Value

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=119), "1 h ago"),
        (timedelta(hours=47), "1 d ago"),
    ],
)
def test_how_long_ago_in_one_unit(past: timedelta, words: str) -> None:
    assert wording.ago(NOW - past, NOW) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rss_bytes", 31_457_280, "30.0 MiB"),
        ("spool_bytes", 4096, "4 KiB"),
        ("cpu_s", 12, "12 s"),
        ("other", 1.5, "1.5"),
    ],
)
def test_a_gauge_has_its_unit(name: str, value: float, words: str) -> None:
    assert wording.measure(name, value) == words


def test_a_row_in_words_leaves_out_what_says_nothing() -> None:
    fields = {"port": "1-2", "serial": "", "functions": ["keyboard", "hid"], "hits": [], "x": False}
    row = RowDocument(
        interval=1, sensor="usb", kind="usb.device", since=NOW, until=None, fields=fields
    )
    assert wording.values(row) == (
        Value("USB port", "1-2", long=False, hash=False),
        Value("Functions", "keyboard, hid", long=False, hash=False),
        Value("x", "no", long=False, hash=False),
    )


@pytest.mark.parametrize(
    ("phrase", "words"), [("", ""), ("it may", "It may."), ("Why?", "Why?"), ("a.", "A.")]
)
def test_a_phrase_becomes_a_sentence(phrase: str, words: str) -> None:
    assert wording.sentence(phrase) == words
