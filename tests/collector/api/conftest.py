from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.whole import Whole


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    """A collector that nobody has enrolled at."""
    made = Whole(tmp_path)
    yield made
    made.close()
