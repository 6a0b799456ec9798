"""Answers to questions: stored once, and only if they were asked for."""

import msgspec
import pytest

from lab.laptops import Laptop
from tests.collector.ingest.conftest import AT, Said, Site
from wire.codec import encode
from wire.envelope import ANSWER, REPORT
from wire.question import Answer, Question
from wire.report import Outcome


def answer(
    site: Site,
    laptop: Laptop,
    question: str,
    kind: str = ANSWER,
    fields: dict[str, object] | None = None,
) -> Said:
    outcome = Outcome(sensor="usb", ended="nothing")
    said = encode(Answer(v=1, question=question, at=AT, outcome=outcome))
    payload = msgspec.json.encode({**msgspec.json.decode(said), **(fields or {})})
    return site.post("/v1/answers", encode(laptop.seal(payload, kind)))


def test_an_answer_is_stored_once(site: Site) -> None:
    laptop = site.enrolled()
    site.offers.questions = (Question(id="q1", sensor="usb", expires_in_s=60),)

    assert [answer(site, laptop, "q1").status for _ in range(2)] == [202, 200]
    assert [(host, told.rpartition(" ")[0]) for host, told in site.offers.told] == [
        (1, "q1 nothing")
    ]


def test_an_answer_nobody_asked_for_is_not_found(site: Site) -> None:
    said = answer(site, site.enrolled(), "q2")

    assert (said.status, said.problem) == (404, "not-found")


def test_an_answer_of_nobody_is_unknown(site: Site) -> None:
    said = answer(site, Laptop.seeded(9, 9), "q1")

    assert (said.status, said.problem) == (401, "unknown-host")


def test_a_report_is_no_answer(site: Site) -> None:
    said = answer(site, site.enrolled(), "q1", REPORT)

    assert (said.status, said.document["place"]) == (400, "$.payloadType")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"question": 7}, "$.question"),
        ({"outcome": {"sensor": "usb", "ended": "ok", "rows": [{"kind": "usb"}]}}, "$.kind"),
    ],
)
def test_a_malformed_answer_is_told_its_field(
    site: Site, fields: dict[str, object], place: str
) -> None:
    said = answer(site, site.enrolled(), "q1", fields=fields)

    assert (said.status, said.document["place"]) == (400, place)
