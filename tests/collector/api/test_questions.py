from typing import Any

from collector.tokens import Role
from lab.laptops import Laptop
from tests.collector.whole import PIKVM, Whole


def asked(whole: Whole, *laptops: Laptop, **more: object) -> str:
    hosts = [whole.host_id(laptop) for laptop in laptops]
    body = {"hosts": hosts, "sensor": "usb", "reason": "case 17", **more}
    answer = whole.call("POST", "/v1/questions", Role.responder, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def states(whole: Whole, question: str) -> list[str]:
    document = whole.get(f"/v1/questions/{question}", Role.responder)
    return [host["state"] for host in document["hosts"]]


def ids(reply: dict[str, Any]) -> list[str]:
    return [question["id"] for question in reply.get("questions", [])]


def test_a_question_goes_from_pending_to_sent_to_answered(whole: Whole) -> None:
    laptop = whole.reported()
    question = asked(whole, laptop)
    assert states(whole, question) == ["pending"]
    assert ids(whole.report(laptop)) == [question]
    assert states(whole, question) == ["sent"]
    assert whole.answer(laptop, question, rows=[PIKVM]) == 202
    assert states(whole, question) == ["answered"]


def test_an_answer_is_shown_and_not_merged_into_the_hosts_rows(whole: Whole) -> None:
    laptop = whole.reported()
    question = asked(whole, laptop)
    whole.answer(laptop, question, rows=[PIKVM])
    whole.judge()
    document = whole.get(f"/v1/questions/{question}", Role.responder)
    (host,) = document["hosts"]
    assert host["outcome"] == {"sensor": "usb", "ended": "ok", "why": "", "rows": [PIKVM]}
    found = whole.get(f"/v1/hosts/{whole.host_id(laptop)}")
    assert "usb.device" not in {row["kind"] for row in found["rows"]}
    assert found["verdict"]["level"] == "clear"


def test_only_the_first_answer_is_kept(whole: Whole) -> None:
    laptop = whole.reported()
    question = asked(whole, laptop)
    assert whole.answer(laptop, question, rows=[PIKVM]) == 202
    assert whole.answer(laptop, question, "nothing") == 200
    (host,) = whole.get(f"/v1/questions/{question}", Role.responder)["hosts"]
    assert host["outcome"]["ended"] == "ok"


def test_a_host_answers_only_what_it_was_asked(whole: Whole) -> None:
    one, other = whole.reported(1), whole.reported(2)
    question = asked(whole, one)
    assert whole.answer(other, question) == 404
    assert whole.answer(one, "none") == 404


def test_a_question_to_several_hosts_has_a_state_for_each(whole: Whole) -> None:
    laptops = [whole.reported(seed) for seed in (1, 2, 3, 4)]
    question = asked(whole, *laptops, expires_in_s=60)
    whole.report(laptops[1])
    whole.answer(laptops[2], question)
    whole.answer(laptops[3], question, "denied", why="not permitted")
    assert states(whole, question) == ["pending", "sent", "answered", "denied"]
    whole.later(seconds=60)
    assert states(whole, question) == ["expired", "expired", "answered", "denied"]


def test_a_question_is_offered_until_it_is_seen_and_no_longer_when_it_has_expired(
    whole: Whole,
) -> None:
    laptop = whole.reported()
    first, second = asked(whole, laptop), asked(whole, laptop, expires_in_s=60)
    assert ids(whole.report(laptop)) == [first, second]
    assert ids(whole.report(laptop)) == [first, second]
    assert ids(whole.report(laptop, questions_seen=(first,))) == [second]
    whole.later(seconds=60)
    assert ids(whole.report(laptop)) == []


def test_a_question_expires_so_many_seconds_after_the_reply(whole: Whole) -> None:
    laptop = whole.reported()
    asked(whole, laptop, expires_in_s=600)
    whole.later(seconds=100)
    (question,) = whole.report(laptop)["questions"]
    assert (question["sensor"], question["expires_in_s"]) == ("usb", 500)


def test_open_questions_survive_a_restart_and_seen_ones_are_not_offered_again(
    whole: Whole,
) -> None:
    laptop = whole.reported()
    first, second = asked(whole, laptop), asked(whole, laptop)
    whole.report(laptop, questions_seen=(first,))
    whole.close()
    whole.open()
    assert ids(whole.report(laptop)) == [second]


def test_what_was_asked_says_by_which_role_and_why(whole: Whole) -> None:
    laptop = whole.reported()
    document = whole.get(f"/v1/questions/{asked(whole, laptop)}", Role.responder)
    assert {name: document[name] for name in ("by", "role", "sensor", "reason", "expires_at")} == {
        "by": "the responder",
        "role": "responder",
        "sensor": "usb",
        "reason": "case 17",
        "expires_at": "2026-03-03T09:00:00Z",
    }


def test_the_asker_is_told_how_soon_the_host_is_reached(whole: Whole) -> None:
    whole.call("PUT", "/v1/policy", content=b"cadence: {next_report_s: 42}")
    host = whole.host_id(whole.reported())
    answer = whole.call("POST", "/v1/questions", json={"hosts": [host, host], "sensor": "usb"})
    document = answer.json()
    del document["id"]
    assert document == {
        "sensor": "usb",
        "hosts": [host],
        "reachability": "next_report",
        "next_report_s": 42,
        "expires_in_s": 86_400,
    }


def test_asking_is_written_down(whole: Whole) -> None:
    laptop = whole.reported()
    question = asked(whole, laptop)
    states(whole, question)
    assert whole.audited("token.create", "enrol") == [
        ("the responder", "ask", question, "192.0.2.9"),
        ("the responder", "read.question", question, "192.0.2.9"),
    ]


def test_a_revoked_host_cannot_be_asked(whole: Whole) -> None:
    host = whole.host_id(whole.reported())
    whole.call("POST", f"/v1/hosts/{host}/revoke")
    answer = whole.call("POST", "/v1/questions", json={"hosts": [host], "sensor": "usb"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "is revoked")
