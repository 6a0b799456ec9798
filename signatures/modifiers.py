"""How a condition compares a text with a value: always blind to case and runs of spaces.

An expression (`re`) must match the whole text, has at most two open repetitions, repeats no group
and looks neither back nor ahead, and is not asked about a text over 512 characters; a `glob` has
at most two stars and 1,024 characters to look at. So no text, however hostile, makes it slow.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from signatures.shape import How

LONGEST_EXPRESSION = 200
LONGEST_TEXT = 512
LONGEST_PATH = 1024
OPEN_REPETITIONS = 2
STARS = 2

Compare = Callable[[str], bool]

_ESCAPED_OR_SET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_OPEN = re.compile(r"[*+]|\{\d*,\}")
# Any run but of separators, any run, any one character.
_WILD = re.compile(r"\*\*|\*|\?")
_WILD_AS_EXPRESSION = {"**": ".*", "*": r"[^/\\]*", "?": r"[^/\\]"}


def fold(text: str) -> str:
    """The text without its case, each run of spaces one space."""
    return " ".join(text.split()).casefold()


def compared(how: How, value: str) -> Compare:
    """The comparison of a folded text with this value."""
    if how == "re":
        return _expression(value)
    value = fold(value)
    if how == "glob":
        return _glob(value)
    if how == "contains":
        return lambda text: value in text
    if how == "startswith":
        return lambda text: text.startswith(value)
    if how == "endswith":
        return lambda text: text.endswith(value)
    return value.__eq__


def beginning(how: How, value: str) -> str:
    """What every text begins with that compares well, folded; empty when nothing is certain."""
    if how in {"is", "startswith"}:
        return fold(value)
    return _WILD.split(fold(value), maxsplit=1)[0] if how == "glob" else ""


def fault(how: How, value: str) -> str:
    """Why this value cannot be compared that way, or empty."""
    if not fold(value):
        return "an empty value matches nothing"
    if how == "re":
        return _expression_fault(value)
    if how == "glob" and len(re.findall(r"\*+", value)) > STARS:
        return f"a glob has at most {STARS} stars"
    if how in {"contains", "startswith", "endswith"} and len(fold(value)) < 3:
        return f"{how} with fewer than 3 characters matches too much"
    return ""


def _expression(pattern: str) -> Compare:
    match = re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch
    return lambda text: len(text) <= LONGEST_TEXT and match(text) is not None


def _expression_fault(pattern: str) -> str:
    if len(pattern) > LONGEST_EXPRESSION:
        return f"an expression has at most {LONGEST_EXPRESSION} characters"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"not an expression: {error}"
    bare = _ESCAPED_OR_SET.sub("x", pattern)
    if re.search(r"\\[1-9]|\(\?(?!:)", pattern):
        return "an expression looks neither back nor ahead and refers to no group"
    if re.search(r"\)[*+?{]", bare):
        return "an expression repeats no group"
    if len(_OPEN.findall(bare)) > OPEN_REPETITIONS:
        return f"an expression has at most {OPEN_REPETITIONS} open repetitions"
    return ""


def _glob(value: str) -> Compare:
    literals = _WILD.split(value)
    longest = max(literals, key=len)
    match = re.compile(_glob_as_expression(value), re.DOTALL).fullmatch
    return lambda text: longest in text and len(text) <= LONGEST_PATH and match(text) is not None


def _glob_as_expression(value: str) -> str:
    edges = [0, *(edge for wild in _WILD.finditer(value) for edge in wild.span()), len(value)]
    return "".join(
        _WILD_AS_EXPRESSION.get(part, re.escape(part))
        for part in (value[start:end] for start, end in pairwise(edges))
    )
