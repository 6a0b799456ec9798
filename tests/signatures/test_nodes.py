"""YAML as nodes: values stay text, and what is wrong is noted with its line."""

from pathlib import Path

import yaml

from signatures.faults import DuplicateKey, MissingKey, UnknownKey, WrongShape, WrongWord
from signatures.nodes import Page, line_of


def parsed(text: str, folder: Path) -> tuple[Page, yaml.Node]:
    (folder / "x.yaml").write_text(text)
    page = Page("x.yaml")
    root = page.parse(folder / "x.yaml")
    assert root is not None
    return page, root


def test_values_stay_what_was_written(tmp_path: Path) -> None:
    page, root = parsed("{a: 0104, b: yes, c: 1.50}", tmp_path)
    assert [page.text(node, "it") for node in page.map(root, "it").values()] == [
        "0104",
        "yes",
        "1.50",
    ]
    assert page.faults == []


def test_a_single_value_is_a_list_of_one(tmp_path: Path) -> None:
    page, root = parsed("one", tmp_path)
    assert page.texts(root, "it") == ("one",)


def test_keys_are_known_needed_and_given_once(tmp_path: Path) -> None:
    page, root = parsed("a: 1\nb: 2\na: 3\n", tmp_path)
    page.known_map(root, "it", needs=("a", "c"))
    assert page.faults == [
        DuplicateKey("x.yaml", 3, "a is given twice in it"),
        UnknownKey("x.yaml", 2, "it has no b; it has a, c"),
        MissingKey("x.yaml", 1, "it has no c"),
    ]


def test_a_word_is_one_of_a_list(tmp_path: Path) -> None:
    page, root = parsed("\n\nred\n", tmp_path)
    assert page.word(root, ("red", "green"), "colour") == "red"
    assert page.word(root, ("blue", "green"), "colour") is None
    assert page.faults == [WrongWord("x.yaml", 3, "colour is one of blue, green, not red")]


def test_a_list_of_lists_is_the_wrong_shape(tmp_path: Path) -> None:
    page, root = parsed("- a\n- [b]\n", tmp_path)
    assert page.texts(root, "it") == ("a",)
    assert page.faults == [WrongShape("x.yaml", 2, "it is a list of no lists")]


def test_lines_count_from_one(tmp_path: Path) -> None:
    _, root = parsed("\na: 1\n", tmp_path)
    assert (line_of(root), line_of(None)) == (2, 1)
