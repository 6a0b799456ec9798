import sys
import time

import pytest

from agent.system import Absent, Broken, Denied
from agent.system.child import run
from agent.system.commands import COMMANDS, Command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs POSIX programs")


def shell(script: str, timeout_s: float = 5.0) -> Command:
    return Command("/bin/sh", ("-c", script), timeout_s)


def test_a_command_runs_in_one_language_with_nothing_of_our_environment() -> None:
    printed = run("test", shell("echo $LANG $LC_ALL $PATH $HOME; pwd"))
    assert printed == "C.UTF-8 C.UTF-8 /usr/bin:/bin:/usr/sbin:/sbin\n/\n"


def test_what_it_prints_need_not_be_text() -> None:
    assert run("test", shell("printf 'a\\377b'")) == "a\ufffdb"


def test_a_command_that_hangs_is_killed_with_its_children_at_its_timeout() -> None:
    before = time.monotonic()
    with pytest.raises(Broken, match="test hung and was cut"):
        run("test", shell("sleep 60 & sleep 60", 0.2))
    assert time.monotonic() - before < 3


def test_a_command_that_closes_its_output_and_hangs_is_killed_too() -> None:
    with pytest.raises(Broken, match="test hung and was cut"):
        run("test", shell("exec >&-; sleep 60", 0.2))


def test_a_command_that_prints_without_end_is_cut() -> None:
    with pytest.raises(Broken, match="printed more than 1048576 bytes"):
        run("test", shell("yes"))


def test_a_status_that_is_no_answer_is_a_refusal() -> None:
    with pytest.raises(Denied, match="/bin/sh ended with status 3"):
        run("test", shell("exit 3"))
    assert run("test", Command("/bin/sh", ("-c", "echo none; exit 1"), answers=(0, 1))) == "none\n"


def test_a_command_that_is_not_installed_is_absent() -> None:
    with pytest.raises(Absent, match="/nowhere/tool is not there"):
        run("test", Command("/nowhere/tool", ()))


def test_every_command_of_the_list_has_an_absolute_path_and_a_limit() -> None:
    assert {name for name, command in COMMANDS.items() if command.path[0] == "/"} == COMMANDS.keys()
    assert all(0 < command.timeout_s <= 30 for command in COMMANDS.values())
