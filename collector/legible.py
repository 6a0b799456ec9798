"""Text from a laptop made fit to be shown: nothing invisible, nothing that steers, of a length."""

import re
import unicodedata

# Control (Cc), format with bidi overrides and zero width (Cf), surrogate, private use, unassigned,
# line and paragraph separators: a reader cannot see these, and a terminal or browser may obey them.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_PLAIN = re.compile(r"[\x20-\x7e]*")
_MARKS_IN_A_ROW = 4


def legible(text: object, limit: int = 200) -> str:
    r"""The text with unseen characters spelt out as `\u202e`, cut to `limit` with an ellipsis."""
    words = _spelt(str(text)[: 4 * limit])
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _spelt(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    marks = 0
    out = []
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        hidden = category in _UNSEEN or marks > _MARKS_IN_A_ROW
        out.append(_escape(character) if hidden else character)
    return "".join(out)


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
