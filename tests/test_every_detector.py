"""The laws of every detector: its page, its scenes to the letter, and what it may not do."""

import ast
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from collector import detectors as package
from collector.detectors import CannotTell, Claim, Detector, Later, detectors
from collector.detectors.view import View
from collector.policy.page import parse
from collector.store.judgements import Content, Held
from collector.store.times import millis
from collector.stream.views import AsOf, Views
from collector.verdicts.advice import ADVICE
from collector.verdicts.innocent import EXPLANATIONS

FOLDER = Path(package.__file__).parent
HEADINGS = [
    "Claim", "Evidence", "Innocent explanations", "Misses", "What to do when it fires",
]  # fmt: skip
DOORS = {"sqlite3", "os", "subprocess", "socket", "pathlib", "time", "random", "sqlalchemy"}
NAMES = [detector.name for detector in detectors()]
SCENES = [
    pytest.param(detector, path, id=f"{detector.name}:{path.stem}")
    for detector in detectors()
    for path in sorted((FOLDER / detector.name / "scenes").glob("*.yaml"))
]


def test_detectors_are_the_folders() -> None:
    folders = [path.parent.name for path in FOLDER.glob("*/__init__.py")]
    assert sorted(folders) == NAMES


@pytest.mark.parametrize(("detector", "path"), SCENES)
def test_a_scene_makes_exactly_its_claims(detector: Detector, path: Path) -> None:
    scene = yaml.safe_load(path.read_text())
    said = list(detector.detect(view(detector, scene)))
    assert {
        "claims": [msgspec.to_builtins(each) for each in said if isinstance(each, Claim)],
        "cannot_tell": [each.why for each in said if isinstance(each, CannotTell)],
        "later": [each.at.astimezone(UTC) for each in said if isinstance(each, Later)],
    } == {
        "claims": [msgspec.to_builtins(claim(each)) for each in scene.get("claims", [])],
        "cannot_tell": scene.get("cannot_tell", []),
        "later": scene.get("later", []),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_has_an_innocent_scene_and_a_guilty_one(name: str) -> None:
    scenes = [yaml.safe_load(path.read_text()) for path in (FOLDER / name).glob("scenes/*.yaml")]
    assert {bool(scene.get("claims")) for scene in scenes} == {True, False}


@pytest.mark.parametrize("name", NAMES)
def test_a_detectors_page_has_its_headings_and_its_explanations(name: str) -> None:
    page = (FOLDER / name / "README.md").read_text()
    lines = page.splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == HEADINGS
    innocent = page.split("## Innocent explanations")[1].split("## ")[0]
    shown = [line[2:].split(".")[0] + "." for line in innocent.splitlines() if line[:2] == "- "]
    assert shown == [explanation.says for explanation in EXPLANATIONS[name]]


def test_every_detector_has_its_advice_and_its_explanations() -> None:
    assert (sorted(ADVICE), sorted(EXPLANATIONS)) == (NAMES, NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_reads_no_database_and_no_clock_and_no_other_detector(name: str) -> None:
    text = (FOLDER / name / "__init__.py").read_text()
    tree = ast.parse(text)
    others = {f"collector.detectors.{other}" for other in NAMES if other != name}
    imported = set(modules(tree))
    store = {module for module in imported if module.startswith("collector.store")}
    clocks = [clock for clock in ("datetime.now", ".today()", "utcnow") if clock in text]
    assert (imported & (DOORS | others), store, clocks) == (set(), set(), [])


@pytest.mark.parametrize(("detector", "path"), SCENES)
def test_names_and_languages_change_no_strength(detector: Detector, path: Path) -> None:
    scene = yaml.safe_load(path.read_text())
    swapped = {**scene, "rows": [{**row, **swap(row)} for row in scene["rows"]]}
    assert weights(detector, swapped) == weights(detector, scene)


@pytest.mark.parametrize(("detector", "path"), SCENES)
def test_the_order_of_rows_that_began_together_changes_no_strength(
    detector: Detector, path: Path
) -> None:
    scene = yaml.safe_load(path.read_text())
    turned = {**scene, "rows": scene["rows"][::-1]}
    assert sorted(weights(detector, turned)) == sorted(weights(detector, scene))


def swap(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "홍길동"} if "name" in row else {}


def weights(detector: Detector, scene: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (each.about, each.channel, each.strength)
        for each in detector.detect(view(detector, scene))
        if isinstance(each, Claim)
    ]


def claim(expected: Mapping[str, Any]) -> Claim:
    return msgspec.convert(expected, Claim)


def view(detector: Detector, scene: Mapping[str, Any]) -> View:
    rows: list[Held] = []
    contents: dict[int, Content] = {}
    for number, given in enumerate(scene["rows"], start=1):
        row = dict(given)
        since, until = row.pop("since"), row.pop("until", None)
        contents[number] = (row["kind"], msgspec.json.encode(row))
        ended = None if until is None else number + 1000
        ends = None if until is None else millis(until)
        rows.append((number, number, number, ended, millis(since), ends))
    at: datetime = scene["at"]
    policy = parse(scene.get("policy", ""))
    return Views(detector.reads).view(1, AsOf(at, rows), policy, contents.__getitem__)


def modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
