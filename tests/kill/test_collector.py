"""The collector is killed at random points under load, and loses and doubles nothing."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import requests

from tests.processes import Program, free_port, program, said, until

KILLS = int(os.environ.get("FARMWATCH_KILLS", "10"))
SEED = 20_261_124
# By the laptops' clocks: no report lies in the future, none so far back that a purge takes it.
AT = int(time.time()) - 2 * 86_400
REPORTS = 60 + 60 * KILLS


@contextmanager
def serving(data: Path, url: str) -> Iterator[Program]:
    """The collector on some data, ready; ticks are left out, as they come by the clock."""
    words = ("--data", str(data), "--listen", url.removeprefix("http://"), "--tick-s", "3600")
    with program("farmwatch-collector", "serve", *words, log=data.with_suffix(".log")) as running:
        until(lambda: answers(url), 20, f"a ready collector: {running.tail()}")
        yield running


def answers(url: str) -> bool:
    """Whether a collector is ready there."""
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def drive(url: str, folder: Path) -> Program:
    """The program that sends the seeded reports."""
    words = (sys.executable, "-m", "lab.drive", "send", url, str(SEED), str(AT), str(REPORTS))
    return Program(words, folder / "drive.log")


def sent(drive: Program, within_s: float) -> None:
    """Waits until all reports were acknowledged."""
    until(lambda: not drive.running, within_s, f"all reports acknowledged: {drive.tail()}")
    assert drive.process.returncode == 0, drive.tail()


def prepared(folder: Path, name: str) -> Path:
    """A copy of the data directory with the seed's laptops enrolled; keys and all."""
    data = folder / name
    if not (folder / "fresh").exists():
        said("farmwatch-collector", "init", "--data", str(folder / "fresh"))
        said(sys.executable, "-m", "lab.drive", "prepare", str(folder / "fresh"), str(SEED))
    shutil.copytree(folder / "fresh", data)
    return data


def judged(data: Path, url: str) -> None:
    """Lets the judge come to the end of the journal, then ends the collector."""
    with serving(data, url):
        until(lambda: requests.get(f"{url}/readyz", timeout=5).json()["lag"] == 0, 60, "no lag")


def test_a_killed_collector_ends_with_the_same_rows_claims_and_findings(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    calm, disturbed = prepared(tmp_path, "calm"), prepared(tmp_path, "disturbed")
    with serving(calm, url):
        sent(drive(url, tmp_path), 300)
    judged(calm, url)

    random = Random(SEED)
    driven = drive(url, tmp_path)
    kills = 0
    try:
        while kills < KILLS:
            with serving(disturbed, url) as collector:
                time.sleep(random.uniform(0.0, 0.4))
                assert driven.running, f"the load ended after {kills} kills: {driven.tail()}"
                collector.kill()
                kills += 1
        with serving(disturbed, url):
            sent(driven, 300)
    finally:
        if driven.running:
            driven.kill()
    judged(disturbed, url)

    said(
        sys.executable, "-m", "lab.checker",
        str(calm / "farmwatch.sqlite"), str(disturbed / "farmwatch.sqlite"),
    )  # fmt: skip
    assert kills == KILLS
