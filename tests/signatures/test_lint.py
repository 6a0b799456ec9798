"""`python -m signatures.lint`."""

from pathlib import Path

import pytest

from signatures.lint import main
from signatures.loader import ROLES


def test_the_shipped_signatures_have_no_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.endswith(" signatures, no faults\n")


def test_each_fault_is_a_line_and_the_end_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kvm").mkdir()
    (tmp_path / "kvm" / "x.yaml").write_text("id: kvm.y\nrole: boss\n")
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "kvm/x.yaml:1: a signature has no examples",
        "kvm/x.yaml:1: a signature has no match",
        "kvm/x.yaml:1: a signature has no name",
        "kvm/x.yaml:1: a signature has no references",
        "kvm/x.yaml:1: a signature has no technique",
        "kvm/x.yaml:1: the id of this file is kvm.x, not kvm.y",
        f"kvm/x.yaml:2: role is one of {', '.join(ROLES)}, not boss",
        "7 faults",
    ]
