"""The checker: equal where a collector lost nothing, and a line for each thing it lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector.ingest.forwarded import Proxies
from lab.checker import differences, timeless
from lab.drive import Drive
from tests.collector.ingest.conftest import AT, Site


def stored(folder: Path, *, disturbed: bool) -> Site:
    """A site that was sent the drive of seed 7; disturbed: with restarts, and things sent twice."""
    folder.mkdir()
    site = Site(folder, Proxies())
    drive = Drive(7, AT - 7200, 40)
    for laptop in drive.laptops:
        site.enrol(laptop, f"host {laptop.n}")
    for number, body in enumerate(drive.calls()):
        assert site.post("/v1/reports", body).status == 202
        if disturbed and number % 9 == 0:
            site.now += timedelta(seconds=7)
            site.restart()
            assert site.post("/v1/reports", body).status == 200
    return site


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    sites = (
        stored(tmp_path / "calm", disturbed=False),
        stored(tmp_path / "disturbed", disturbed=True),
    )
    yield sites
    for site in sites:
        site.database.close()


def compare(pair: tuple[Site, Site]) -> list[str]:
    one, two = pair
    return list(differences(one.database.path, two.database.path))


def test_what_was_sent_twice_and_across_restarts_is_stored_alike(pair: tuple[Site, Site]) -> None:
    assert compare(pair) == []


LOSSES = {
    "UPDATE interval SET until = NULL WHERE id = (SELECT max(id) FROM interval"
    " WHERE until IS NOT NULL)": "row",
    "DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)": "journal row",
    "INSERT INTO journal (at, cause, host, epoch, seq, digest, envelope)"
    " SELECT at, cause, host, epoch, seq, digest, envelope FROM journal WHERE n = 9": "journal",
    "UPDATE host_hot SET seq = seq + 1 WHERE n = 3": "host",
    "INSERT INTO finding (at, host, cause, level, document, journal)"
    " VALUES (1, 1, 'entered', 'review', '{}', 9)": "finding",
    "INSERT INTO verdict (host, level, kind, document, since, since_at)"
    " VALUES (1, 'review', 'driven', '{}', 9, 1)": "verdict",
    "INSERT INTO quarantine (at, host, epoch, seq, digest, envelope)"
    " VALUES (1, 1, 'e', 1, 'd', 'x')": "quarantine",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_or_doubled_is_said(pair: tuple[Site, Site], loss: str) -> None:
    pair[1].database.write_now(lambda connection: connection.execute(loss).rowcount)

    said = compare(pair)

    assert {line.split(" ")[0].rstrip(":") for line in said} == set(LOSSES[loss].split())


def test_a_tick_more_or_less_is_no_difference(pair: tuple[Site, Site]) -> None:
    pair[1].database.write_now(
        lambda connection: connection.execute("INSERT INTO journal (at, cause) VALUES (1, 'tick')")
    )

    assert compare(pair) == []


def test_times_in_documents_are_left_out() -> None:
    one = b'{"since": "2026-03-02T09:00:00.123456+00:00", "at": 1772442000123, "rows": [5]}'
    two = b'{"rows": [5], "at": 1772442999123, "since": "2026-03-02T09:16:39Z"}'

    assert timeless(one) == timeless(two)
    assert timeless(b'{"rows": [5]}') != timeless(b'{"rows": [6]}')
