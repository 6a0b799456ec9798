"""The innocent explanations: held, failed, or could not be tested, and by what."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from collector.detectors.claim import Claim, Strength
from collector.detectors.view import View
from collector.policy import Policy
from collector.store.times import millis
from collector.stream.views import AsOf, Views
from collector.verdicts import innocent

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
NEAR = {"kind": "remote_tool.session", "tool": "t", "peer": "192.168.1.4"}
FAR = {"kind": "remote_tool.session", "tool": "t", "peer": "203.0.113.9", "via": "direct"}
WORLD = {"kind": "remote_tool.session", "tool": "t", "peer": "8.8.8.8"}
RELAYED = {"kind": "remote_tool.session", "tool": "t", "peer": ""}
KVM = {"kind": "usb.device", "functions": ["keyboard"], "hits": ["kvm.pikvm"]}
BOARD = {"kind": "usb.device", "functions": ["network"], "hits": ["kvm.pikvm"]}
REAL = {"kind": "display.monitor", "width_mm": 600, "height_mm": 340}
SIZELESS = {"kind": "display.monitor", "width_mm": 0, "height_mm": 0}
PANEL = {"kind": "display.monitor", "width_mm": 309, "height_mm": 174, "internal": True}
MACHINE = {"kind": "machine.identity", "serial": "a"}
OTHER = {"kind": "machine.identity", "serial": "b"}


def view(*rows: dict[str, Any]) -> View:
    held = [(number, number, 1, None, millis(AT), None) for number in range(1, len(rows) + 1)]
    return Views(innocent.READS).view(
        1,
        AsOf(AT, held),
        Policy(),
        lambda body: (rows[body - 1]["kind"], msgspec.json.encode(rows[body - 1])),
    )


def fared(
    detector: str, strength: Strength, explanation: str, *rows: dict[str, Any]
) -> tuple[str, tuple[int, ...], str]:
    about = "kvm.pikvm" if detector.startswith("kvm") else "t"
    claim = Claim(detector, about, "mechanism", "tool", strength, "because", (1,))
    (found,) = [
        each
        for each in innocent.tested(view(*rows), (claim,))
        if each.explanation.startswith(explanation)
    ]
    return found.result, found.rows, found.missing


UNTESTED = "could not be tested"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (UNTESTED, (), "remote_tools")),
        ((RELAYED,), (UNTESTED, (), "remote_tools")),
        ((NEAR,), ("held", (1,), "")),
        ((NEAR, WORLD), ("failed", (2,), "")),
    ],
)
def test_a_session_from_home(
    rows: tuple[dict[str, Any], ...], expected: tuple[str, tuple[int, ...], str]
) -> None:
    assert fared("control_tool_unattended", "B", "The owner reaches it", *rows) == expected


@pytest.mark.parametrize(
    ("detector", "strength", "rows", "expected"),
    [
        ("control_tool_present", "C", (), (UNTESTED, (), "remote_tools")),
        ("control_tool_present", "C", (FAR,), ("held", (1,), "")),
        ("control_tool_session", "C", (FAR,), ("held", (1,), "")),
        ("control_tool_session", "B", (FAR,), ("failed", (), "")),
    ],
)
def test_help_for_a_few_minutes(
    detector: str,
    strength: Strength,
    rows: tuple[dict[str, Any], ...],
    expected: tuple[str, tuple[int, ...], str],
) -> None:
    assert fared(detector, strength, "Somebody was helped", *rows) == expected


def test_a_login_to_what_ships_with_the_system_has_an_origin_too() -> None:
    login = {"kind": "session.login", "service": "ssh", "origin": "192.168.1.4"}
    claim = Claim(
        "control_tool_session", "remote_access.ssh", "mechanism", "session", "C", "b", (1,)
    )
    results = [each.result for each in innocent.tested(view(login, NEAR), (claim,))]
    assert results == ["failed", "held", "held"]


def test_the_companys_own_tool_would_be_sanctioned() -> None:
    assert fared("control_tool_present", "C", "It is the company's") == ("failed", (), "")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [((KVM,), ("failed", (1,), "")), ((BOARD,), ("held", (1,), ""))],
)
def test_a_board_that_cannot_type(
    rows: tuple[dict[str, Any], ...], expected: tuple[str, tuple[int, ...], str]
) -> None:
    assert fared("kvm_usb", "B", "It is a developer's board", *rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (UNTESTED, (), "displays")),
        ((PANEL, SIZELESS), ("failed", (1, 2), "")),
        ((PANEL, REAL), ("held", (2,), "")),
        (({**REAL, "hits": ["kvm.pikvm"]},), ("failed", (1,), "")),
    ],
)
def test_a_desk_with_a_real_monitor(
    rows: tuple[dict[str, Any], ...], expected: tuple[str, tuple[int, ...], str]
) -> None:
    assert fared("kvm_usb", "A", "It is a KVM switch", *rows) == expected


def test_presence_stands_first_and_could_not_be_tested() -> None:
    claim = Claim("kvm_usb", "kvm.pikvm", "mechanism", "usb", "A", "because", (1,))
    first = innocent.tested(view(KVM), (claim,))[0]
    assert (first.explanation, first.result, first.missing) == (
        "The owner is at the machine and uses it.", UNTESTED, "presence",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("strength", "expected"),
    [("A", ("failed", (1,), "")), ("B", (UNTESTED, (1,), "usb"))],
)
def test_a_capture_card(strength: Strength, expected: tuple[str, tuple[int, ...], str]) -> None:
    assert fared("kvm_display", strength, "It is a capture card") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((MACHINE,), (UNTESTED, (1,), "inventory")),
        ((MACHINE, OTHER), ("failed", (1, 2), "")),
    ],
)
def test_a_restored_image(
    rows: tuple[dict[str, Any], ...], expected: tuple[str, tuple[int, ...], str]
) -> None:
    assert fared("forked_agent", "C", "The disk was restored", *rows) == expected
