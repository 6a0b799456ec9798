"""Being told to end: a signal writes into a pipe, and whoever waits is woken by it.

An Event will not do: a handler that runs while the main thread holds the Event's lock waits for
that lock forever (the handler and the main thread are one thread).
"""

import contextlib
import os
import select
import signal


class Ending:
    """Waits that end early, and for good, when a signal says so."""

    def __init__(self, *signals: signal.Signals) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        for number in signals:
            signal.signal(number, lambda *_: self.tell())

    def tell(self) -> None:
        """From now on every wait ends at once."""
        with contextlib.suppress(BlockingIOError):  # full of signals: it was told
            os.write(self._write, b".")

    def wait(self, seconds: float) -> bool:
        """Waits so long; whether it was told to end."""
        readable, _, _ = select.select([self._read], [], [], max(0.0, seconds))
        return bool(readable)
