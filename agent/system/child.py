"""Runs one command of the list as a child process: fixed environment, bounded time and output."""

import os
import selectors
import signal
import subprocess  # noqa: TID251 - this is the door
import time

from agent.system import Absent, Broken, Denied
from agent.system.commands import Command

ENVIRONMENT = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
MOST = 1024 * 1024


def run(name: str, command: Command) -> str:
    """What the command printed, UTF-8 with replacement characters."""
    try:
        child = subprocess.Popen(  # noqa: S603 - the path is absolute and from our own list
            [command.path, *command.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except PermissionError as error:
        raise Denied(f"allow the agent to run {command.path}") from error
    except OSError as error:
        raise Absent(f"{command.path} is not there") from error
    with child:
        try:
            printed = _printed(name, child, time.monotonic() + command.timeout_s)
        finally:
            _end(child)
    if child.returncode not in command.answers:
        raise Denied(f"{command.path} ended with status {child.returncode}")
    return printed.decode(errors="replace")


def _printed(name: str, child: subprocess.Popen[bytes], deadline: float) -> bytes:
    assert child.stdout is not None
    printed = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise Broken(f"{name} hung and was cut")
            chunk = os.read(child.stdout.fileno(), 65536)
            if not chunk:
                break
            printed += chunk
            if len(printed) > MOST:
                raise Broken(f"{name} printed more than {MOST} bytes")
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise Broken(f"{name} hung and was cut") from error
    return bytes(printed)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kills what is left of the child and of its own children (it leads a process group)."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
