"""YAML as nodes with line numbers: reads maps, lists and words, and notes what is wrong with them.

Values stay the text that was written, so that `0104` and `yes` are what they look like.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml

from signatures.faults import (
    DuplicateKey,
    Fault,
    MissingKey,
    UnknownKey,
    Unreadable,
    WrongShape,
    WrongWord,
)

LARGEST = 256 * 1024
Word = TypeVar("Word", bound=str)


@dataclass
class Page:
    """One YAML file being read: its name, its signature's id, the faults found in it so far."""

    file: str
    id: str = ""
    id_line: int = 1
    faults: list[Fault] = field(default_factory=list)

    def note(self, fault: type[Fault], node: yaml.Node | None, what: str) -> None:
        """Notes a fault at the node's line."""
        self.faults.append(fault(self.file, line_of(node), what))

    def parse(self, path: Path) -> yaml.Node | None:
        """The page's root, or nothing when it cannot be read."""
        try:
            data = path.read_bytes()
            if len(data) > LARGEST:
                self.note(Unreadable, None, f"a signature has at most {LARGEST} bytes")
                return None
            node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            self.faults.append(Unreadable(self.file, line, f"not YAML: {error.problem}"))
            return None
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            self.note(Unreadable, None, f"cannot be read: {type(error).__name__}")
            return None
        if node is None:
            self.note(Unreadable, None, "the file is empty")
        return node

    def map(self, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
        """The node as a map; each key once."""
        if not isinstance(node, yaml.MappingNode):
            self.note(WrongShape, node, f"{what} is a map")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.note(WrongShape, key, f"a key of {what} is a word")
            elif key.value in found:
                self.note(DuplicateKey, key, f"{key.value} is given twice in {what}")
            else:
                found[key.value] = value
        return found

    def known_map(
        self, node: yaml.Node, what: str, *, needs: Collection[str], may: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """The node as a map with these keys and no other."""
        found = self.map(node, what)
        for key, value in found.items():
            if key not in needs and key not in may:
                known = ", ".join(sorted({*needs, *may}))
                self.note(UnknownKey, value, f"{what} has no {key}; it has {known}")
        if isinstance(node, yaml.MappingNode):
            for key in sorted(set(needs) - found.keys()):
                self.note(MissingKey, node, f"{what} has no {key}")
        return found

    def items(self, node: yaml.Node | None, what: str) -> Iterator[yaml.Node]:
        """The node's items; a single map or word is a list of one."""
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                if isinstance(item, yaml.SequenceNode):
                    self.note(WrongShape, item, f"{what} is a list of no lists")
                else:
                    yield item
        elif node is not None:
            yield node

    def text(self, node: yaml.Node | None, what: str) -> str:
        """The node as one text."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
            self.note(WrongShape, node, f"{what} is a text")
            return ""
        return str(node.value)

    def texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        """The node as texts; a single one is a list of one."""
        return tuple(self.text(item, what) for item in self.items(node, what))

    def word(self, node: yaml.Node | None, words: Collection[Word], what: str) -> Word | None:
        """The node as one of the given words."""
        if node is None:
            return None
        written = self.text(node, what)
        for word in words:
            if word == written:
                return word
        self.note(WrongWord, node, f"{what} is one of {', '.join(words)}, not {written}")
        return None


def line_of(node: yaml.Node | None) -> int:
    """The node's line, counted from 1."""
    return node.start_mark.line + 1 if node is not None and node.start_mark else 1
