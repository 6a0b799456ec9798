"""`make run` as a newcomer runs it: one command, one link, Ctrl-C ends both, the data stays."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT
from tests.processes import BIN, free_port, until

LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?code=\S+")

needs_make = pytest.mark.skipif(
    shutil.which("make") is None or not (ROOT / ".venv/run.done").exists(),
    reason="needs make, and the .venv that it made",
)


@contextmanager
def make_run(port: int, data: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """`make run` in a group of its own, as a terminal would start it, and what it printed."""
    # Where these tests run in the background Ctrl-C is ignored, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = data.with_suffix(".out")
    with out.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"DATA={data}"],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
        try:
            yield process, out
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def started(out: Path) -> str:
    """Waits for the link."""
    return until(
        lambda: (found := LINK.search(out.read_text())) and found.group(), 60, out.read_text()
    )


def ended_by_ctrl_c(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Ctrl-C goes to the whole group; nothing of it is left."""
    os.killpg(process.pid, signal.SIGINT)
    process.wait(20)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@needs_make
def test_make_run_gives_a_link_and_a_second_run_keeps_data_and_identity(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    assert (BIN / "farmwatch").exists()
    identities, tokens = [], []
    for _ in range(2):
        with make_run(port, data) as (process, out):
            link = started(out)
            with requests.Session() as browser:
                assert browser.get(link, timeout=20).status_code == 200
                page = browser.get(f"http://127.0.0.1:{port}/", timeout=20)
            assert page.status_code == 200
            assert "1 host is enrolled" in page.text
            used = requests.get(link, timeout=20)
            assert used.status_code != 200
            identities.append((data / "agent/identity.json").read_bytes())
            tokens.append((data / "operator.env").read_text())
            ended_by_ctrl_c(process, port)
            assert "the data stays in" in out.read_text()
    assert identities[0] == identities[1]
    assert tokens[0] == tokens[1]


@needs_make
def test_make_run_says_in_one_line_that_a_port_is_no_port(tmp_path: Path) -> None:
    with make_run(99_999_999, tmp_path / "data") as (process, out):
        assert process.wait(60) == 2
    said = [line for line in out.read_text().splitlines() if not line.startswith("make")]
    assert said == ["PORT=99999999 is not a port number: make run PORT=8787"]


@needs_make
def test_make_run_says_in_one_line_that_its_data_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    data = tmp_path / "file" / "data"
    process = subprocess.run(
        ["make", "run", f"DATA={data}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = [line for line in process.stderr.splitlines() if not line.startswith("make")]
    assert said == [f"DATA={data} cannot be written: make run DATA=/a/folder/you/own"]
