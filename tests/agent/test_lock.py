from pathlib import Path

import pytest

from agent.lock import Busy, alone


def test_two_agents_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy) as caught, alone(tmp_path):
        pass
    assert str(caught.value) == f"{tmp_path}: another farmwatch-agent works here"


def test_a_folder_is_free_when_its_agent_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path):
            assert (tmp_path / "lock").exists()
