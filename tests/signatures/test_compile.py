"""`python -m signatures.compile`."""

from pathlib import Path

import pytest

from signatures.compile import main
from signatures.pack import load

TOOL = """\
id: kvm.x
name: X
role: context
technique: T1219.003
references: [here]
match: {kind: usb.descriptor, product: X, strength: weak, certainty: read}
examples: {match: {product: X}, miss: {product: Y}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "packs" / "kvm").mkdir(parents=True)
    (tmp_path / "packs" / "kvm" / "x.yaml").write_text(TOOL)
    return tmp_path / "packs"


def test_it_writes_a_pack_that_loads(folder: Path, tmp_path: Path) -> None:
    assert main([str(folder), "--to", str(tmp_path / "pack.json")]) == 0
    assert [each.id for each in load(tmp_path / "pack.json").signatures] == ["kvm.x"]


def test_check_is_content_with_a_current_pack(folder: Path, tmp_path: Path) -> None:
    to = ["--to", str(tmp_path / "pack.json")]
    assert main([str(folder), *to]) == 0
    assert main([str(folder), *to, "--check"]) == 0


def test_check_fails_on_a_stale_or_absent_pack_and_writes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pack.json"
    assert main([str(folder), "--to", str(file), "--check"]) == 1
    assert not file.exists()
    assert capsys.readouterr().err == "pack.json is stale: run python -m signatures.compile\n"


def test_faults_end_it_with_2(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "kvm" / "x.yaml").write_text(TOOL.replace("role: context", "role: x"))
    assert main([str(folder), "--to", str(tmp_path / "pack.json")]) == 2
    assert capsys.readouterr().err.startswith("kvm/x.yaml:3: role is one of")


def test_a_place_that_cannot_be_written_is_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--to", str(tmp_path / "no" / "pack.json")]) == 2
    assert capsys.readouterr().err == f"{tmp_path}/no/pack.json: No such file or directory\n"
