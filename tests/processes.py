"""Real programs in tests: started, waited for with a deadline, always ended by their own id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

BIN = Path(sys.executable).parent
T = TypeVar("T")


def command(name: str) -> str:
    """The path of one of our console scripts, or of a program of the system."""
    ours = BIN / name
    return str(ours) if ours.exists() else name


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(found: Callable[[], T | None], within_s: float, what: str) -> T:
    """The first true answer of `found`, or a failure that says what did not come in time."""
    deadline = time.monotonic() + within_s
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(0.1)


def said(
    *words: str, env: Mapping[str, str] | None = None, within_s: float = 60, code: int = 0
) -> str:
    """What a program prints on standard output; its exit code must be the given one."""
    ended = subprocess.run(
        [command(words[0]), *words[1:]],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert ended.returncode == code, f"{words}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


class Program:
    """A program that runs until the test ends, its output in a file."""

    def __init__(
        self, words: Sequence[str], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        self.words = words
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [command(words[0]), *words[1:]],
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Ends it at once, as `kill -9` does."""
        self.process.kill()
        self.process.wait(20)

    def end(self) -> int:
        """Asks it to end, insists after 20 s, and says its exit code."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.words[0]} did not end within 20 s of SIGTERM") from None

    def tail(self) -> str:
        """The last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


@contextmanager
def program(*words: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[Program]:
    """A program for the length of a `with`."""
    running = Program(words, log, env)
    try:
        yield running
    finally:
        if running.running:
            running.end()
