from nacl.signing import SigningKey

from agent.answers import REMEMBERED_S, Answers
from agent.identity import Signer
from tests.agent.memory_disk import MemoryDisk
from wire.codec import decode, decode_envelope
from wire.question import Answer, Question
from wire.report import Outcome

SIGNER = Signer("7.00000000", SigningKey(bytes(32)))
OUTCOME = Outcome(sensor="usb", ended="ok")


def answers_on(disk: MemoryDisk) -> Answers:
    answers = Answers(disk, SIGNER)
    answers.open()
    return answers


def question(id: str = "q1", expires_in_s: int = 60) -> Question:
    return Question(id=id, sensor="usb", expires_in_s=expires_in_s)


def test_a_question_is_stored_before_it_is_run_and_runs_again_after_a_crash() -> None:
    disk = MemoryDisk()
    answers_on(disk).offer([question()], now=100)
    (asked,) = answers_on(disk).due(now=101)
    assert (asked.id, asked.sensor, asked.expires) == ("q1", "usb", 160)


def test_an_answer_waits_signed_until_it_is_taken() -> None:
    disk = MemoryDisk()
    answers = answers_on(disk)
    answers.offer([question()], now=100)
    answers.answered(answers.due(now=101)[0], OUTCOME, at=101)
    again = answers_on(disk)
    assert again.due(now=102) == ()
    ((asked, body),) = again.waiting()
    answer = decode(decode_envelope(body).payload, Answer)
    assert (asked, answer) == ("q1", Answer(v=1, question="q1", at=101, outcome=OUTCOME))
    again.end("q1")
    assert answers_on(disk).waiting() == ()


def test_a_question_offered_again_is_not_run_again_but_listed_again() -> None:
    answers = answers_on(MemoryDisk())
    answers.offer([question()], now=100)
    answers.answered(answers.due(now=101)[0], OUTCOME, at=101)
    answers.end("q1")
    answers.listed(["q1"], seq=5)
    answers.delivered(5)
    assert answers.seen() == ()
    answers.offer([question()], now=110)
    assert (answers.due(now=111), answers.seen()) == ((), ("q1",))


def test_an_expired_question_is_not_run() -> None:
    answers = answers_on(MemoryDisk())
    answers.offer([question(expires_in_s=10)], now=100)
    assert (answers.due(now=110), answers.waiting()) == ((), ())


def test_a_question_is_listed_until_a_report_that_lists_it_is_stored() -> None:
    answers = answers_on(MemoryDisk())
    answers.offer([question()], now=100)
    answers.listed(answers.seen(), seq=8)
    answers.delivered(7)
    assert answers.seen() == ("q1",)
    answers.delivered(8)
    assert answers.seen() == ()


def test_what_ended_is_forgotten_after_a_week() -> None:
    disk = MemoryDisk()
    answers = answers_on(disk)
    answers.offer([question()], now=100)
    answers.end("q1")
    answers.purge(now=160 + REMEMBERED_S)
    assert len(disk.names("questions")) == 1
    answers.purge(now=161 + REMEMBERED_S)
    assert disk.names("questions") == ()


def test_a_hostile_id_names_no_file_of_its_own() -> None:
    disk = MemoryDisk()
    answers_on(disk).offer([question("../../etc/passwd")], now=100)
    assert [name.count(".") for name in disk.names("questions")] == [1]


def test_half_a_file_is_dropped_since_the_collector_asks_again() -> None:
    disk = MemoryDisk()
    answers_on(disk)
    disk.write("questions/x.json", b'{"id"')
    assert answers_on(disk).due(now=1) == ()
    assert disk.names("questions") == ()
