from agent.sent import Sent
from agent.show import lines, told
from tests.wire.examples import EXAMPLES, REPORT_EXAMPLE, sealed
from wire.codec import encode
from wire.envelope import ANSWER, ENROLMENT, REPORT


def posted(*bodies: bytes) -> list[Sent]:
    text = b"".join(body + b"\n" for body in bodies).decode()
    return [
        Sent(at="2026-11-24T09:00:00Z", method="POST", path="/v1/reports", body=text),
        Sent(at="2026-11-24T09:00:01Z", status=202),
    ]


def test_a_person_reads_each_row_that_left() -> None:
    envelope = encode(sealed(REPORT, encode(REPORT_EXAMPLE)))
    assert list(told(posted(envelope))) == [
        "2026-11-24T09:00:00Z  POST /v1/reports",
        "    report 42, full, state ssssssssssssssssssssss",
        "      usb ok",
        '        {"kind":"usb.device","port":"1-2","functions":["keyboard"]}',
        "      displays denied: add the user to group video",
        "      rss_bytes 3.1e+07",
        "    -> 202",
    ]


def test_unchanged_reports_answers_and_enrolments_are_told_too() -> None:
    bodies = (
        encode(EXAMPLES["envelope"]),
        encode(sealed(ANSWER, encode(EXAMPLES["answer"]))),
        encode(sealed(ENROLMENT, encode(EXAMPLES["enrolment"]))),
        encode(sealed(ENROLMENT, encode(EXAMPLES["readmission"]))),
    )
    assert list(told(posted(*bodies)))[1:-1] == [
        "    report 43, unchanged, state ssssssssssssssssssssss",
        "    answer to question q1",
        "      usb nothing",
        "    enrolment with a token",
        "    enrolment with the receipt",
    ]


def test_what_a_device_calls_itself_cannot_steer_the_terminal() -> None:
    shown = list(told(posted(b"\x1b[2J\xe2\x80\xaehello")))
    assert shown[1] == "    ?[2J?hello"


def test_what_was_sent_once_more_and_what_failed_are_told() -> None:
    everything = [
        Sent(at="t", method="POST", path="/v1/reports", again="d" * 22),
        Sent(at="t", error="Unreachable"),
    ]
    assert list(told(everything)) == [
        "t  POST /v1/reports",
        f"    the same {'d' * 22} once more",
        "    -> Unreachable",
    ]


def test_the_bytes_are_shown_as_they_were_written_down() -> None:
    assert next(lines(posted(b"x"))) == (
        '{"at":"2026-11-24T09:00:00Z","method":"POST","path":"/v1/reports","body":"x\\n"}'
    )
