"""Sensors do not import sensors, nor detectors detectors; each is found by its folder, no list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = [
    pytest.param(folder, id=f"{folder.parent.name}:{folder.name}")
    for parent in ("agent/sensors", "collector/detectors")
    for folder in sorted((ROOT / parent).iterdir())
    if (folder / "__init__.py").exists()
]


def imported(folder: Path) -> Iterator[str]:
    """Every module that the folder's modules import, each name from a package too."""
    for path in sorted(folder.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module)
                yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("folder", ROOMS)
def test_a_room_imports_none_of_its_neighbours(folder: Path) -> None:
    package = ".".join(folder.parent.relative_to(ROOT).parts)
    neighbours = {
        f"{package}.{other.name}"
        for other in folder.parent.iterdir()
        if other != folder and (other / "__init__.py").exists()
    }
    assert len(neighbours) > 4
    found = set(imported(folder))
    assert found
    assert {name for name in found if any(name.startswith(f"{n}.") for n in neighbours)} == set()
    assert found.isdisjoint(neighbours)
