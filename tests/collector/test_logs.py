import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from collector import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log says."""
    root = logging.getLogger()
    handlers, level, configuration = root.handlers, root.level, structlog.get_config()
    to = io.StringIO()
    logs.configure(to)
    yield to
    structlog.configure(**configuration)
    root.handlers, root.level = handlers, level


def test_a_line_is_json_in_which_hostile_text_is_escaped(written: io.StringIO) -> None:
    structlog.get_logger().error("refused", host="\x1b[2J\u202egnp\n{}")
    (line,) = written.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()
    said = json.loads(line)
    assert (said["event"], said["level"], said["host"]) == (
        "refused",
        "error",
        "\x1b[2J\u202egnp\n{}",
    )
    assert said["timestamp"].endswith("Z")


def test_the_libraries_lines_come_in_the_same_shape(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received from %s.", "\x1b[1m")
    logging.getLogger("uvicorn.error").info("not said")
    (line,) = written.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"]) == (
        "Invalid HTTP request received from \x1b[1m.",
        "warning",
    )
    assert line.isprintable()
