import stat
from pathlib import Path

import pytest

from collector.operator_env import OperatorEnv, OperatorEnvFault


def test_what_is_written_is_for_its_owner_alone_and_can_be_read_back(tmp_path: Path) -> None:
    env = OperatorEnv(tmp_path / "operator.env")
    assert env.token() == ""
    env.write("http://127.0.0.1:8787", "first")
    env.write("http://127.0.0.1:9000", "second")
    assert env.path.read_text() == ("FARMWATCH_URL=http://127.0.0.1:9000\nFARMWATCH_TOKEN=second\n")
    assert env.token() == "second"
    assert stat.S_IMODE(env.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["operator.env"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OperatorEnvFault, match=r"operator\.env cannot be written"):
        OperatorEnv(tmp_path / "none" / "operator.env").write("http://a", "b")


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "operator.env"
    path.write_bytes(b"\xff")
    with pytest.raises(OperatorEnvFault, match=r"operator\.env cannot be read"):
        OperatorEnv(path).token()
