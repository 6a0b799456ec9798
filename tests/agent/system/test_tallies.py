import json
from datetime import UTC, date, datetime
from pathlib import Path

from agent.system.tallies import Tallies, counted

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_samples_are_counted_by_day_and_value(tmp_path: Path) -> None:
    tallies = Tallies(tmp_path / "tallies.json")
    tallies.count("lid", "open", NOON)
    tallies.count("lid", "open", NOON)
    assert tallies.count("lid", "closed", NOON) == {"2026-11-24": {"open": 2, "closed": 1}}
    assert tallies.count("mains", "yes", NOON) == {"2026-11-24": {"yes": 1}}


def test_a_day_survives_a_restart(tmp_path: Path) -> None:
    Tallies(tmp_path / "tallies.json").count("lid", "open", NOON)
    assert Tallies(tmp_path / "tallies.json").count("lid", "open", NOON) == {
        "2026-11-24": {"open": 2}
    }
    assert [path.name for path in tmp_path.iterdir()] == ["tallies.json"]


def test_a_file_that_cannot_be_understood_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "tallies.json"
    for text in ("", "{", "[1]", '{"lid": 3}', '{"lid": {"2026-11-24": {"open": "x"}}}'):
        path.write_text(text)
        assert Tallies(path).count("lid", "open", NOON) == {"2026-11-24": {"open": 1}}
    assert json.loads(path.read_text()) == {"lid": {"2026-11-24": {"open": 1}}}


def test_fifteen_days_are_kept() -> None:
    days = {f"2026-11-{day:02d}": {"open": day} for day in range(1, 24)}
    kept = counted(days, date(2026, 11, 24), "open")
    assert list(kept) == [f"2026-11-{day:02d}" for day in range(10, 25)]
    assert kept["2026-11-24"] == {"open": 1}


def test_a_clock_that_jumps_back_takes_nothing_away() -> None:
    days = {"2026-11-24": {"open": 3}}
    assert counted(days, date(2026, 11, 20), "open") == {
        "2026-11-20": {"open": 1},
        "2026-11-24": {"open": 3},
    }
