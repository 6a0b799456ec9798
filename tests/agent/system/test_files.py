import os
import sys
from pathlib import Path

import pytest

from agent.system import Absent, Broken, Denied, files

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_a_file_is_read_whole_however_it_is_chopped(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"abc" * 50_000)
    assert files.read(str(path)) == b"abc" * 50_000


def test_no_more_than_a_mebibyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    path.write_bytes(bytes(files.MOST + 100_000))
    assert len(files.read(str(path))) == files.MOST


def test_a_missing_file_a_folder_and_a_file_in_a_file_are_absent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in ("none", "", "file/below"):
        with pytest.raises(Absent):
            files.read(str(tmp_path / path))


def test_a_pipe_in_place_of_a_file_does_not_hold_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert files.read(str(tmp_path / "pipe")) == b""


@linux
def test_a_kernel_file_that_says_it_is_empty_is_read_to_its_end() -> None:
    assert files.read("/proc/self/status").startswith(b"Name:")


def test_a_refusal_says_what_would_grant_it() -> None:
    refused = files.fault(PermissionError(13, "Permission denied"), "/proc/1/fd")
    assert isinstance(refused, Denied)
    assert str(refused) == "/proc/1/fd: AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH"


def test_an_error_of_the_machine_itself_is_neither_absence_nor_refusal() -> None:
    assert type(files.fault(OSError(24, "Too many open files"), "/etc/hosts")) is Broken


def test_names_are_sorted_and_links_resolved(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").symlink_to("b")
    assert files.names(str(tmp_path)) == ("a", "b")
    assert files.real(str(tmp_path / "a")) == os.path.realpath(tmp_path / "b")
    with pytest.raises(Absent):
        files.real(str(tmp_path / "c"))


@linux
def test_a_name_that_is_not_utf_8_can_be_sent(tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/a\xffb", os.O_CREAT))
    (tmp_path / "ü").touch()
    assert files.names(str(tmp_path)) == ("a\ufffdb", "ü")
