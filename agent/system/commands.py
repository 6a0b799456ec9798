"""Every command the agent may ever run, one line each; nothing else can be run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: its absolute path and its fixed arguments; never a shell.

    answers: exit statuses that are an answer. lasting: what it says holds until the agent ends.
    """

    path: str
    arguments: tuple[str, ...]
    timeout_s: float = 5.0
    answers: tuple[int, ...] = (0,)
    lasting: bool = False


COMMANDS = {
    # exits 1 and prints "none" on a real machine
    "virtualization": Command("/usr/bin/systemd-detect-virt", ("--vm",), 5.0, (0, 1), lasting=True),
    # seconds since 1970 when the root file system was made; 0 or - where it does not know
    "root_born": Command("/usr/bin/stat", ("--format=%W", "/"), lasting=True),
}
