"""The loader: what a good file gives, and each way to be wrong with its line."""

from pathlib import Path

import pytest

from signatures import faults
from signatures.faults import Fault, Faults
from signatures.loader import load_all, read_all
from signatures.shape import Condition, Example, Indicator, Session, Signature, Unattended

GOOD = """\
id: remote_access.tool
name: Tool
role: control
technique: T1219.002
references: [https://example.org/tool]
match:
  - {kind: process.image, name: [tool, Tool.exe], strength: strong, certainty: read}
  - {kind: process.image, path|glob: '/t*', arguments|all: [a, b], strength: weak, certainty: read}
  - {kind: file.path, path: /usr/bin/tool, os: linux, strength: moderate, certainty: reported}
session: {shows: accepted_connection, ports: [5900], certainty: read, reference: tool(1)}
unattended: {shows: file, files: [/etc/tool], line: password=, certainty: recalled}
examples:
  match:
    - {kind: process.image, name: tool, strength: strong}
    - {kind: file.path, path: /usr/bin/tool}
  miss:
    - {kind: process.image, name: toolbox, arguments: [toolbox, -a]}
"""


def write(folder: Path, text: str, name: str = "remote_access/tool.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return folder


def found(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as raised:
        read_all(folder)
    return raised.value.faults


def one(folder: Path, text: str) -> tuple[type[Fault], str]:
    (fault,) = found(write(folder, text))
    return type(fault), str(fault)


def test_a_good_file_is_read_in_full(tmp_path: Path) -> None:
    assert read_all(write(tmp_path, GOOD)) == (
        Signature(
            id="remote_access.tool",
            name="Tool",
            role="control",
            technique="T1219.002",
            references=("https://example.org/tool",),
            indicators=(
                Indicator(
                    kind="process.image",
                    conditions=(Condition(field="name", values=("tool", "Tool.exe")),),
                    strength="strong",
                    certainty="read",
                ),
                Indicator(
                    kind="process.image",
                    conditions=(
                        Condition(field="path", how="glob", values=("/t*",)),
                        Condition(field="arguments", values=("a",)),
                        Condition(field="arguments", values=("b",)),
                    ),
                    strength="weak",
                    certainty="read",
                ),
                Indicator(
                    kind="file.path",
                    conditions=(Condition(field="path", values=("/usr/bin/tool",)),),
                    strength="moderate",
                    certainty="reported",
                    os=("linux",),
                ),
            ),
            session=Session(
                shows="accepted_connection", ports=(5900,), certainty="read", reference="tool(1)"
            ),
            unattended=Unattended(
                shows="file", files=("/etc/tool",), line="password=", certainty="recalled"
            ),
            examples=(
                Example(
                    kind="process.image", fields={"name": "tool"}, matches=True, strength="strong"
                ),
                Example(kind="file.path", fields={"path": "/usr/bin/tool"}, matches=True),
                Example(
                    kind="process.image",
                    fields={"name": "toolbox", "arguments": ("toolbox", "-a")},
                    matches=False,
                ),
            ),
        ),
    )


def test_a_pack_from_yaml_has_no_examples(tmp_path: Path) -> None:
    (signature,) = load_all(write(tmp_path, GOOD)).signatures
    assert signature.examples == ()


def test_values_are_the_text_that_was_written(tmp_path: Path) -> None:
    text = """\
id: kvm.x
name: X
role: context
technique: T1219.003
references: [here]
match:
  kind: usb.descriptor
  vendor_id: 0104
  product: yes
  speed_mbps: 480
  strength: weak
  certainty: read
examples:
  match: {vendor_id: 0104, product: yes, speed_mbps: 480}
  miss: {vendor_id: 68, product: 'true', speed_mbps: 480}
"""
    (signature,) = read_all(write(tmp_path, text, "kvm/x.yaml"))
    values = [condition.values for condition in signature.indicators[0].conditions]
    assert values == [("0104",), ("yes",), ("480",)]


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        ("name: Tool\n", "name: Tool\nmood: x\n", faults.UnknownKey, "3: a signature has no mood"),
        ("technique: T1219.002\n", "", faults.MissingKey, "1: a signature has no technique"),
        ("name: Tool\n", "name: Tool\nname: B\n", faults.DuplicateKey, "3: name is given twice"),
        ("role: control", "role: boss", faults.WrongWord, "3: role is one of control, manage"),
        ("id: remote_access.tool", "id: kvm.tool", faults.WrongId, "1: the id of this file is"),
        ("name: Tool\n", "name: [a]\n", faults.WrongShape, "2: name is a text"),
        ("[https://example.org/tool]", "['']", faults.MissingReference, "5: say where it was"),
        ("[https://example.org/tool]", "[]", faults.MissingReference, "5: say where it was"),
        (
            "{kind: file.path, path: /usr/bin/tool, os: linux,",
            "{kind: file.path, path: /usr/bin/tool,",
            faults.MissingKey,
            "9: an indicator of file.path says its os",
        ),
        ("os: linux", "os: beos", faults.WrongWord, "9: os is one of linux, macos, windows, not"),
        ("strength: weak", "strength: huge", faults.WrongWord, "8: strength is one of decisive"),
        (", certainty: reported", "", faults.MissingKey, "9: an indicator has a certainty"),
        (
            "{kind: file.path, path: /usr/bin/tool, os",
            "{kind: usb.port, path: /usr/bin/tool, os",
            faults.UnknownKind,
            "9: no sensor makes usb.port; known are process.image",
        ),
        (
            "arguments|all: [a, b]",
            "argument: a",
            faults.UnknownField,
            "8: process.image has no argument; it has arguments, name, path",
        ),
        ("path|glob", "path|like", faults.WrongWord, "8: like is no way to compare: is, contains"),
        ("'/t*'", "'**/*/*'", faults.BadPattern, "8: a glob has at most 2 stars"),
        ("name: [tool, Tool.exe]", "name: [tool, '']", faults.BadPattern, "7: an empty value"),
        ("ports: [5900]", "ports: [70000]", faults.WrongShape, "10: a port is a number from 1"),
        (", reference: tool(1)", "", faults.MissingReference, "10: what was read has a reference"),
        (
            ", certainty: recalled}\nexamples",
            "}\nexamples",
            faults.MissingKey,
            "11: what shows has",
        ),
        (
            "shows: file, files: [/etc/tool]",
            "shows: file",
            faults.MissingKey,
            "11: unattended",
        ),
        ("shows: accepted_connection", "shows: process", faults.MissingKey, "10: a session that"),
        (
            "unattended: {shows: file, files: [/etc/tool], line: password=, certainty: recalled}\n",
            "",
            faults.MissingKey,
            "1: a control tool says its unattended",
        ),
        (
            "    - {kind: process.image, name: toolbox, arguments: [toolbox, -a]}\n",
            "",
            faults.WrongShape,
            "16: an example is a map",
        ),
        (
            "  miss:\n    - {kind: process.image, name: toolbox, arguments: [toolbox, -a]}\n",
            "",
            faults.MissingExample,
            "13: at least one miss",
        ),
        (
            "name: toolbox,",
            "name: toolbox, pid: 1,",
            faults.UnknownField,
            "17: process.image has no",
        ),
        (
            "name: tool, strength: strong}",
            "name: tol, strength: strong}",
            faults.MissedMatch,
            "14: this example of a match does not match",
        ),
        (
            "name: tool, strength: strong}",
            "name: tool, strength: weak}",
            faults.MissedMatch,
            "14: this example matches strong, not weak",
        ),
        (
            "name: toolbox",
            "name: TOOL",
            faults.MatchedMiss,
            "17: this example of a miss matches: process tool",
        ),
        ("role: control", "role: [control", faults.Unreadable, "4: not YAML: expected"),
    ],
)
def test_each_fault_says_its_line(
    old: str, new: str, kind: type[Fault], said: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) >= 1
    fault, told = one(tmp_path, GOOD.replace(old, new, 1))
    assert fault is kind
    assert told.startswith(f"remote_access/tool.yaml:{said}")


def test_a_bad_expression_is_told_with_its_reason(tmp_path: Path) -> None:
    text = GOOD.replace("path|glob: '/t*'", "path|re: '(a+)+', ground: x")
    assert one(tmp_path, text) == (
        faults.BadPattern,
        "remote_access/tool.yaml:8: an expression repeats no group",
    )


def test_an_expression_is_told_in_words(tmp_path: Path) -> None:
    text = GOOD.replace("path|glob: '/t*'", "path|re: '/t[0-9]+'")
    assert one(tmp_path, text)[1].endswith(
        ":8: an indicator with an expression says its ground in words"
    )


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("role: control", "role: boss").replace("os: linux", "os: beos"))
    write(tmp_path, "- a\n", "kvm/list.yaml")
    write(tmp_path, "", "kvm/empty.yaml")
    assert [str(fault).rsplit(": ", 1)[0] for fault in found(tmp_path)] == [
        "kvm/empty.yaml:1",
        "kvm/list.yaml:1",
        "remote_access/tool.yaml:3",
        "remote_access/tool.yaml:9",
    ]


def test_two_files_with_one_id_are_told(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    again = "remote_access/again.yaml"
    write(tmp_path, GOOD, again)
    assert [(type(fault), str(fault)) for fault in found(tmp_path)] == [
        (
            faults.WrongId,
            f"{again}:1: the id of this file is remote_access.again, not remote_access.tool",
        ),
        (
            faults.DuplicateId,
            f"remote_access/tool.yaml:1: the id remote_access.tool is already in {again}",
        ),
    ]


def test_a_folder_without_signatures_is_a_fault(tmp_path: Path) -> None:
    (fault,) = found(tmp_path)
    assert isinstance(fault, faults.Unreadable)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"&a [*a]",
        b"? {a: b}\n: c",
        b"[" * 5000,
        b"x" * 300_000,
        b"!!python/object:os.system {}",
    ],
    ids=["not text", "itself", "map as key", "deep", "large", "object"],
)
def test_hostile_files_are_faults_and_nothing_else(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "kvm" / "x.yaml"
    file.parent.mkdir()
    file.write_bytes(data)
    assert all(fault.file == "kvm/x.yaml" for fault in found(tmp_path))
