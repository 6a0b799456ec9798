"""The pack as the laptop carries it."""

import sys
from pathlib import Path

import pytest

from signatures.pack import PackFault, load, packed, written
from signatures.shape import Condition, Example, Indicator, Os, Signature
from tests.processes import said


def asks(kind: str, field: str, *values: str, glob: bool = False, os: Os = "linux") -> Indicator:
    condition = Condition(field=field, how="glob" if glob else "is", values=values)
    return Indicator(
        kind=kind, conditions=(condition,), strength="strong", certainty="read", os=(os,)
    )


def signature(id: str, *indicators: Indicator) -> Signature:
    return Signature(
        id=id,
        name=id,
        role="control",
        technique="T1219",
        references=("here",),
        indicators=indicators,
        examples=(Example(kind="file.path", fields={"path": "/x"}, matches=True),),
    )


TOOLS = packed(
    (
        signature(
            "remote_access.b",
            asks("file.path", "path", "/usr/bin/b", "/opt/b"),
            asks("file.path", "path", "/opt/b-*", glob=True),
            asks("file.path", "path", "C:\\b.exe", os="windows"),
            asks("service.unit", "name", "b.service"),
            asks("service.unit", "name", "b@*.service", glob=True),
        ),
        signature("remote_access.a", asks("file.path", "path", "/opt/b")),
    )
)


def test_a_pack_is_ordered_by_id_and_carries_no_examples() -> None:
    assert [each.id for each in TOOLS.signatures] == ["remote_access.a", "remote_access.b"]
    assert not any(each.examples for each in TOOLS.signatures)


def test_a_signature_is_found_by_its_id() -> None:
    assert TOOLS.by_id("remote_access.a") is TOOLS.signatures[0]
    assert TOOLS.by_id("remote_access.c") is None


def test_a_sensor_learns_what_to_look_for_on_its_system() -> None:
    assert TOOLS.paths("linux") == ("/opt/b", "/usr/bin/b")
    assert TOOLS.globs("linux") == ("/opt/b-*",)
    assert TOOLS.paths("windows") == ("C:\\b.exe",)
    assert TOOLS.units() == ("b.service", "b@*.service")
    assert TOOLS.units("macos") == ()


def test_a_pack_written_and_loaded_is_the_same_pack(tmp_path: Path) -> None:
    file = tmp_path / "pack.json"
    file.write_bytes(written(TOOLS))
    assert load(file) == TOOLS


def test_the_digest_changes_with_what_is_matched_not_with_examples() -> None:
    one = signature("remote_access.a", asks("file.path", "path", "/opt/a"))
    other = signature("remote_access.a", asks("file.path", "path", "/opt/b"))
    assert packed((one,)).digest != packed((other,)).digest
    assert packed((one,)).digest == packed(packed((one,)).signatures).digest


@pytest.mark.parametrize("data", [b"", b"{}", b'{"signatures":[{"id":1}]}', b"\xff"])
def test_a_file_that_is_no_pack_is_said_by_name(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "pack.json"
    file.write_bytes(data)
    with pytest.raises(PackFault, match=r"^pack\.json: not a pack: "):
        load(file)


def test_loading_the_pack_and_matching_imports_no_yaml() -> None:
    program = (
        "import sys; from signatures import pack, matcher, traces; "
        "m = matcher.Matcher(pack.load()); "
        "print(m.hits_of(traces.ProcessImage('x11vnc'))[0].signature, 'yaml' in sys.modules)"
    )
    assert said(sys.executable, "-c", program) == "remote_access.x11vnc False\n"
