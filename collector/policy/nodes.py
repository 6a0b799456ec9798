"""A YAML page read node by node, so that every fault is found, each with its line.

Faults   all that is wrong with the page; the operator's fault, exit code 2
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TypeVar

import yaml

MAX_TEXT = 512 * 1024
MAX_DEPTH = 16
T = TypeVar("T", str, int, float, bool, date)


class Faults(ValueError):
    """All that is wrong with a page, each as `policy.yaml:12: key: what`."""

    exit_code = 2

    def __init__(self, faults: Collection[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Place:
    """A node and the key by which it is reached, such as `cadence.sense_s`."""

    key: str
    node: yaml.Node

    @property
    def line(self) -> int:
        """Its line, from 1."""
        return int(self.node.start_mark.line) + 1


@dataclass
class Page:
    """One page: hands out values, and keeps the faults that it met."""

    name: str
    faults: list[tuple[int, str]] = field(default_factory=list)

    def root(self, text: str) -> Place | None:
        """The page's top; none for an empty page or one that is not YAML."""
        if len(text) > MAX_TEXT:
            self._say(1, "", f"is larger than {MAX_TEXT // 1024} KiB")
            return None
        try:
            refused = _beyond_us(text)
            if refused:
                self._say(1, "", refused)
                return None
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._say(mark.line + 1 if mark else 1, "", f"not YAML: {error.problem}")
            return None
        except yaml.YAMLError as error:
            self._say(1, "", f"not YAML: {str(error).splitlines()[0]}")
            return None
        return None if node is None or _is_null(node) else Place("", node)

    def wrong(self, place: Place, what: str) -> None:
        """Keeps a fault."""
        self._say(place.line, place.key, what)

    def check(self) -> None:
        """Raises all faults there are, in the order of the page."""
        if self.faults:
            raise Faults([fault for _line, fault in sorted(self.faults, key=lambda each: each[0])])

    def mapping(self, place: Place | None, keys: Collection[str]) -> dict[str, Place]:
        """The values under a mapping by key; unknown keys are faults. Absent or null: empty."""
        found = {}
        for key, value in self.entries(place):
            if key in keys:
                found[key] = value
            else:
                near = get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
                self._say(value.line, value.key, f"unknown key; {hint}")
        return found

    def entries(self, place: Place | None) -> Iterator[tuple[str, Place]]:
        """All keys of a mapping with their values; a key given twice is a fault."""
        if place is None or _is_null(place.node):
            return
        if not isinstance(place.node, yaml.MappingNode):
            self.wrong(place, "must be a mapping (key: value)")
            return
        seen = set()
        for key_node, value_node in place.node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            path = f"{place.key}.{key}" if place.key else key
            if key in seen:
                self._say(key_node.start_mark.line + 1, path, "given twice")
                continue
            seen.add(key)
            yield key, Place(path, value_node)

    def items(self, place: Place | None) -> Iterator[Place]:
        """The items of a list. Absent or null: none."""
        if place is None or _is_null(place.node):
            return
        if not isinstance(place.node, yaml.SequenceNode):
            self.wrong(place, "must be a list (- item)")
            return
        for index, node in enumerate(place.node.value):
            yield Place(f"{place.key}[{index}]", node)

    def text(self, place: Place | None, default: str = "") -> str:
        """A text of at most 500 characters."""
        value = self._scalar(place, str, "a text", default)
        if place is not None and len(value) > 500:
            self.wrong(place, "must be at most 500 characters")
        return value

    def yes(self, place: Place | None, *, default: bool) -> bool:
        """True or false."""
        return self._scalar(place, bool, "true or false", default)

    def integer(self, place: Place | None, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._scalar(place, int, "a whole number", default)
        return self._within(place, value, default, low, high)

    def number(self, place: Place | None, default: float, low: float, high: float) -> float:
        """A number within bounds."""
        if place is not None and isinstance(_value(place.node), int):
            return float(self.integer(place, int(default), int(low), int(high)))
        value = self._scalar(place, float, "a number", default)
        return self._within(place, value, default, low, high)

    def day(self, place: Place | None) -> date | None:
        """A date, or null."""
        if place is None or _is_null(place.node):
            return None
        return self._scalar(place, date, "a date such as 2026-01-31", date.min)

    def _within(self, place: Place | None, value: T, default: T, low: T, high: T) -> T:
        if place is None or low <= value <= high:
            return value
        self.wrong(place, f"must be from {low} to {high}, not {value}")
        return default

    def _scalar(self, place: Place | None, kind: type[T], words: str, default: T) -> T:
        if place is None:
            return default
        value = _value(place.node)
        if type(value) is kind:
            return value
        self.wrong(place, f"must be {words}")
        return default

    def _say(self, line: int, key: str, what: str) -> None:
        place = f"{key}: " if key else ""
        self.faults.append((line, f"{self.name}:{line}: {place}{what}"))


def _beyond_us(text: str) -> str:
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, yaml.AliasEvent):
            return "aliases (*name) are not taken"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return f"is nested deeper than {MAX_DEPTH}"
    return ""


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _value(node: yaml.Node) -> object:
    if not isinstance(node, yaml.ScalarNode):
        return None
    try:
        value: object = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return None
    return value.date() if isinstance(value, datetime) else value
