"""Text from a laptop cannot leave its place on a page, hide, or steer."""

import re
from html.parser import HTMLParser

import pytest

from tests.collector.whole import PIKVM, Whole

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "comment": "--><!-- ]]> <svg/onload=alert(1)>",
    "template": "{{ 7 * 7 }}{% include 'base.html' %}",
    "escape sequence": "\x1b[2J\x1b]0;owned\x07",
    "bidi override": "lap\u202e\u2066gnp.exe\u2069",
    "zero width": "a\u200bd\u200cmin\u200d\ufeff",
    "nul and newline": "a\x00b\r\nSet-Cookie: x=1",
    "combining": "Z" + "\u0301" * 300,
    "line separator": "a\u2028b\u2029c",
    "long": "A" * 5_000,
    "tag characters": "x\U000e0041\U000e0042",
}
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


class Tags(HTMLParser):
    """What a browser would make of a page: its elements and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.found |= {name for name, _value in attrs}


@pytest.fixture
def expected(whole: Whole) -> set[str]:
    """The elements and attributes of the page of a harmless host."""
    harmless = whole.reported(9, usb=[PIKVM])
    return Tags(whole.page(f"/hosts/{whole.host_id(harmless)}").text).found


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_only_text(whole: Whole, expected: set[str], name: str) -> None:
    text = HOSTILE[name]
    device = {**PIKVM, "product": text, "manufacturer": text, "grounds": [text]}
    laptop = whole.reported(1, host_name=text, maker=text, model=text, usb=[device])
    laptop.sees("clock", (), "failed", text[:500])
    whole.report(laptop)
    for path in (f"/hosts/{whole.host_id(laptop)}", "/", "/findings", "/blind-spots", "/audit"):
        answer = whole.page(path)
        assert answer.status_code == 200
        assert UNSEEN.findall(answer.text) == []
        assert "alert(1)</script>" not in answer.text
        assert "A" * 1_300 not in answer.text
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", answer.text)[0]
        if path.startswith("/hosts/"):
            assert Tags(answer.text).found - expected == set()


def test_hidden_characters_are_spelt_out(whole: Whole) -> None:
    whole.reported(host_name="lap\u202egnp.exe\x1b[2J")
    assert "lap\\u202egnp.exe\\x1b[2J" in whole.page("/").text
