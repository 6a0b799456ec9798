import os
import signal

from agent.ending import Ending


def test_a_signal_ends_this_wait_and_all_that_follow() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    try:
        ending = Ending(signal.SIGUSR1)
        assert ending.wait(0.0) is False
        for _ in range(1_000):  # far more than an Event survives
            os.kill(os.getpid(), signal.SIGUSR1)
            assert ending.wait(60.0) is True
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_nobody_tells_and_the_wait_ends_by_itself() -> None:
    assert Ending().wait(0.01) is False
