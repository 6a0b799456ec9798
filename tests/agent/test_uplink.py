from datetime import UTC, datetime

import pytest

from agent.transport import Response
from agent.uplink import STEPS, Uplink, decide, http_date, plain, read
from tests.agent.fake_collector import FakeCollector, problem
from wire.codec import encode
from wire.reply import Reply

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "word", "do"),
    [
        (200, "", "advance"),
        (202, "", "advance"),
        (400, "malformed", "refuse"),
        (400, "", "refuse"),
        (413, "too-large", "refuse"),
        (422, "", "refuse"),
        (401, "revoked", "stop"),
        (401, "unknown-host", "present"),
        (401, "unauthenticated", "back_off"),
        (401, "", "back_off"),
        (409, "forked", "rebase"),
        (429, "", "wait"),
        (503, "busy", "wait"),
        (503, "", "wait"),
        (301, "", "back_off"),
        (302, "", "back_off"),
        (307, "", "back_off"),
        (308, "", "back_off"),
        (403, "revoked", "back_off"),
        (404, "", "back_off"),
        (500, "", "back_off"),
        (502, "", "back_off"),
        (204, "", "back_off"),
        (101, "", "back_off"),
    ],
)
def test_what_each_status_means(status: int, word: str, do: str) -> None:
    assert decide(status, word).do == do


def test_the_table_has_a_line_for_each_status_of_the_protocol() -> None:
    assert sorted({status for status, _ in STEPS}) == [
        200, 202, 400, 401, 409, 413, 422, 429, 503,
    ]  # fmt: skip


def test_a_redirect_says_that_it_is_not_followed() -> None:
    assert decide(302).says == "answered 302: redirects are never followed"


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [
        ("17", 17.0),
        ("99999999", 3600.0),
        ("Tue, 24 Nov 2026 09:02:00 GMT", 120.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
    ],
)
def test_how_long_the_collector_asks_to_wait(retry_after: str, wait_s: float) -> None:
    assert read(Response(503, {"retry-after": retry_after}), NOW).wait_s == wait_s


def test_the_collectors_clock_is_compared_with_ours() -> None:
    answered = read(Response(200, {"date": "Tue, 24 Nov 2026 09:00:42 GMT"}), NOW)
    assert answered.offset_s == 42.0


def test_a_reply_is_read() -> None:
    reply = Reply(accepted=1, epoch="e" * 22, stored=3, next_report_s=300)
    assert read(Response(202, {}, encode(reply)), NOW).reply == reply


def test_a_good_status_with_a_body_that_is_no_reply_has_none() -> None:
    assert read(Response(200, {}, b"<html>"), NOW).reply is None


def test_a_problem_is_told_in_plain_printable_words() -> None:
    answered = read(problem(400, "malformed", detail="bad \x1b[2J thing", place="$.at"), NOW)
    assert answered.says == "the collector cannot read a report (bad ?[2J thing at $.at)"


def test_an_answer_that_is_not_ours_is_taken_by_its_status_alone() -> None:
    answered = read(Response(401, {}, b"<html>who are you"), NOW)
    assert (answered.step.do, answered.problem) == ("back_off", None)


def test_each_call_carries_the_laptops_clock() -> None:
    collector = FakeCollector(key=bytes(32), answers=[Response(503)])
    Uplink(collector, lambda: NOW).reports(b"")
    assert collector.dates == ["Tue, 24 Nov 2026 09:00:00 GMT"]


def test_a_date_is_written_as_http_wants_it() -> None:
    assert http_date(NOW) == "Tue, 24 Nov 2026 09:00:00 GMT"


def test_long_words_of_others_are_cut() -> None:
    assert plain("a" * 300) == "a" * 199 + "…"
