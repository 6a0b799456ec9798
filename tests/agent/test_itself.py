from pathlib import Path

from agent.itself import AgentSelf, outcome, own_package


def test_the_agent_says_of_itself_what_runs_here() -> None:
    row = AgentSelf(version="0.1.0", package="a", pack="b", policy="", recording=False)
    said = outcome(row, "policy abc refused")
    assert (said.sensor, said.ended, said.why) == ("agent", "ok", "policy abc refused")
    assert bytes(said.rows[0]) == (
        b'{"kind":"agent.self","version":"0.1.0","package":"a","pack":"b","policy":"",'
        b'"recording":false}'
    )


def test_any_change_of_the_code_is_another_package(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    code = tmp_path / "agent/x.py"
    code.write_text("1")
    first = own_package(tmp_path)
    (tmp_path / "agent/x.pyc").write_text("compiled")
    assert own_package(tmp_path) == first
    code.write_text("2")
    assert own_package(tmp_path) != first
