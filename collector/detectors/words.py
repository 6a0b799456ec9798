"""How detectors put text from a laptop into a sentence: made legible, short, and in quotes."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from collector.legible import legible
from signatures import pack


@lru_cache(maxsize=4096)
def name(text: str) -> str:
    """A tool's or device's name."""
    return legible(text.strip(), 60) or "an unnamed tool"


@lru_cache(maxsize=4096)
def called(signature: str) -> str:
    """What people call the thing that a signature is of; an unknown one by its id."""
    known = pack.load().by_id(signature)
    return known.name if known else name(signature)


@lru_cache(maxsize=4096)
def ground(text: str) -> str:
    """What something was recognised by."""
    return legible(text.strip(), 200)


def quoted(text: str) -> str:
    """A string that a device says of itself."""
    return f'"{legible(text.strip(), 60)}"'


def listed(words: Iterable[str], limit: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`, and the rest as a count."""
    each = list(dict.fromkeys(words))
    if len(each) > limit:
        each = [*each[: limit - 1], f"{len(each) - limit + 1} more"]
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def moment(at: datetime) -> str:
    """A moment to the minute, UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
