import os
from pathlib import Path

import pytest

from agent.disk import FolderDisk, Gone, Unwritable, store


def test_a_file_is_put_in_place_whole_and_only_for_its_owner(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.make("a/b")
    store(disk, "a/b/c", b"one")
    store(disk, "a/b/c", b"two")
    assert (disk.read("a/b/c"), disk.size("a/b/c"), disk.names("a/b")) == (b"two", 3, ("c",))
    assert (tmp_path / "a/b/c").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o700


def test_what_is_appended_follows_what_was_there(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.append("log", b"one\n")
    disk.append("log", b"two\n")
    assert disk.read("log") == b"one\ntwo\n"


def test_files_and_empty_folders_are_removed_and_may_be_gone_already(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.make("folder")
    disk.write("file", b"")
    for path in ("folder", "file", "file"):
        disk.remove(path)
    assert disk.names("") == ()


def test_a_folder_takes_its_files_along_when_it_is_renamed(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.make("new")
    disk.write("new/file", b"x")
    disk.rename("new", "old")
    assert (disk.names(""), disk.read("old/file")) == (("old",), b"x")


def test_a_file_that_is_not_there_is_gone(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    with pytest.raises(Gone, match="nothing: no such file"):
        disk.read("nothing")
    assert disk.names("nothing") == ()


def test_a_folder_that_cannot_be_made_is_said_in_one_line() -> None:
    with pytest.raises(Unwritable, match=r"^/proc/farmwatch cannot be written: "):
        FolderDisk(Path("/proc/farmwatch")).make("")


def test_a_full_disk_is_said_in_one_line() -> None:
    with pytest.raises(Unwritable, match="no space left on device"):
        FolderDisk(Path("/dev")).append("full", b"x")


def test_a_write_that_the_system_cuts_in_pieces_is_whole(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    disk = FolderDisk(tmp_path)
    disk.write("big", data)
    assert disk.read("big") == data
