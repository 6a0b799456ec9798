"""The questions in memory; what happens to them over the API is in api/test_questions.py."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from collector.questions.offers import MOST_AT_ONCE, OpenQuestions
from collector.store.questions import Asking
from wire.question import Question

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Desk:
    """A clock that is set by hand, and a writing thread that keeps its jobs."""

    def __init__(self) -> None:
        self.now = NOW
        self.jobs: list[Callable[[Connection], None]] = []
        self.questions = OpenQuestions(lambda: self.now, self.jobs.append)

    def ask(self, name: str, *hosts: int, seconds: float = 60) -> None:
        asking = Asking(name, NOW, "x", "responder", "usb", "", NOW + timedelta(seconds=seconds))
        self.questions.ask(asking, hosts)

    def offered(self, host: int) -> list[str]:
        return [question.id for question in self.questions.offered(host)]


def test_a_question_is_offered_to_its_hosts_and_no_other() -> None:
    desk = Desk()
    desk.ask("a", 1, 2)
    assert (desk.offered(1), desk.offered(2), desk.offered(3)) == (["a"], ["a"], [])
    assert desk.questions.offered(1) == (Question(id="a", sensor="usb", expires_in_s=60),)


def test_its_time_is_what_is_left_and_at_least_a_second() -> None:
    desk = Desk()
    desk.ask("a", 1)
    desk.now += timedelta(seconds=59.5)
    assert [question.expires_in_s for question in desk.questions.offered(1)] == [1]
    desk.now += timedelta(seconds=0.5)
    assert desk.offered(1) == []


def test_being_sent_is_noted_once() -> None:
    desk = Desk()
    desk.ask("a", 1)
    desk.offered(1)
    desk.offered(1)
    assert len(desk.jobs) == 1
    desk.ask("b", 1)
    desk.offered(1)
    assert len(desk.jobs) == 2


def test_only_so_many_ride_in_one_reply() -> None:
    desk = Desk()
    names = [f"q{index:02}" for index in range(MOST_AT_ONCE + 2)]
    for name in names:
        desk.ask(name, 1)
    assert desk.offered(1) == names[:MOST_AT_ONCE]
    desk.now += timedelta(seconds=1)
    assert desk.offered(1) == names[:MOST_AT_ONCE]
