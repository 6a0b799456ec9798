from pathlib import Path

import pytest

from agent.system import Absent, Denied, System
from agent.system.recorded import RecordedSystem, load
from agent.system.recording import RecordingSystem
from tests.conftest import ROOT

PIKVM = ROOT / "agent/recordings/linux-laptop-pikvm.yaml"
KEPT = frozenset({"CAFEBABE"})


def ask_everything(system: System) -> list[object]:
    """What a machine says to one question of each kind."""
    system.begin()
    answers: list[object] = [
        system.now(),
        system.read("/etc/os-release"),
        system.list("/sys/class/drm"),
        system.real("/sys/class/drm/card0-HDMI-A-1"),
        system.read_bytes("/sys/class/drm/card0-HDMI-A-1/edid"),
        system.read("/sys/bus/usb/devices/1-2/serial"),
        system.run("virtualization"),
        system.processes(),
        system.sockets(),
        system.owned(frozenset({1702})),
        system.interfaces(),
        system.gauges(),
        system.tally("lid", "closed"),
    ]
    with pytest.raises(Absent):
        system.read("/nowhere")
    return answers


def replayed(recording: RecordingSystem, folder: Path) -> RecordedSystem:
    path = folder / "page.yaml"
    path.write_text(recording.page("a machine", KEPT), encoding="utf-8")
    return load(path)


def test_a_recorded_recording_answers_as_the_machine_did(tmp_path: Path) -> None:
    recording = RecordingSystem(load(PIKVM))
    said = ask_everything(recording)
    again = ask_everything(replayed(recording, tmp_path))
    assert again[:-1] == said[:-1]


def test_only_what_was_asked_is_written_down(tmp_path: Path) -> None:
    recording = RecordingSystem(load(PIKVM))
    recording.read("/etc/os-release")
    page = replayed(recording, tmp_path)
    assert page.list("/etc") == ("os-release",)
    with pytest.raises(Absent):
        page.processes()


def test_a_refusal_is_written_down(tmp_path: Path) -> None:
    without_root = ROOT / "agent/sensors/machine/recordings/linux-without-root.yaml"
    recording = RecordingSystem(load(without_root))
    with pytest.raises(Denied):
        recording.read("/sys/class/dmi/id/product_serial")
    page = replayed(recording, tmp_path)
    with pytest.raises(Denied):
        page.read("/sys/class/dmi/id/product_serial")


def test_the_hash_key_is_never_written_down(tmp_path: Path) -> None:
    key = bytes.fromhex("ab" * 32)
    recording = RecordingSystem(load(PIKVM, key))
    recording.keyed("x")
    assert "abab" not in recording.page("a machine")
    assert replayed(recording, tmp_path).keyed("x") != recording.keyed("x")


def test_a_page_has_stand_ins_for_serial_numbers() -> None:
    recording = RecordingSystem(load(PIKVM))
    recording.read("/sys/bus/usb/devices/1-2/serial")
    text = recording.page("a machine")
    assert "CAFEBABE" not in text
    assert "X0000001" in text
