import pytest

from agent.sensors.remote_tools.images import images, whole_name
from agent.system import Process


def process(name: str, path: str, *arguments: str) -> Process:
    return Process(9, 1, name, path, arguments)


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        (process("x11vnc", "/usr/bin/x11vnc", "x11vnc", "-forever"), ["x11vnc"]),
        (process("updater", "/usr/bin/x11vnc", "updater"), ["x11vnc", "updater"]),
        (
            process("tigervncserver", "/usr/bin/perl", "/usr/bin/perl", "/usr/bin/tigervncserver"),
            ["perl", "tigervncserver"],
        ),
        (process("x11vnc", "", "x11vnc"), ["x11vnc"]),
        (process("", "", ""), []),
    ],
)
def test_a_process_goes_by_its_file_and_by_its_own_name(seen: Process, names: list[str]) -> None:
    assert [image.name for image in images(seen)] == names
    assert {(image.path, image.arguments) for image in images(seen)} <= {
        (seen.path, seen.arguments)
    }


def test_a_name_that_the_kernel_cut_is_completed_from_the_arguments() -> None:
    cut = process("chrome-remote-d", "/usr/bin/python3", "python3", "/opt/x/chrome-remote-desktop")
    assert whole_name(cut) == "chrome-remote-desktop"
    assert whole_name(process("chrome-remote-d", "", "something")) == "chrome-remote-d"
    assert whole_name(process("short", "", "shorter-than-that")) == "short"
