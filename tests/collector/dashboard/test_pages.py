import re
from html import unescape

import pytest

from collector.tokens import Role
from tests.collector.whole import PIKVM, Whole
from wire.report import Gauge

PATHS = ("/", "/findings", "/blind-spots", "/audit", "/sign-in", "/hosts/none")
ANYDESK = {
    "kind": "remote_tool.present", "tool": "remote_access.anydesk", "name": "AnyDesk",
    "role": "control", "installed": True, "running": True, "listening": [7070],
    "unattended": "yes", "strength": "strong", "grounds": ["process anydesk"],
}  # fmt: skip


def words(page: str) -> str:
    """What a reader reads of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_without_hosts_the_page_says_how_to_enrol(whole: Whole) -> None:
    page = words(whole.page("/").text)
    assert "No laptop has enrolled yet" in page
    assert "farmwatch enrolment-token --uses 1" in page
    assert "farmwatch-agent enrol" in page


def test_the_list_shows_level_reason_and_who_cannot_look(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    page = words(whole.page("/").text)
    for shown in (
        "1 host is enrolled",
        "Review",
        "lap-chi-0417",
        "LENOVO ThinkPad T14 · Debian GNU/Linux 12",
        "is a KVM device that controls a machine from elsewhere",
        "This machine appears to be remotely driven.",
        "Lid and power",
        "baseline",
        "provisional",
    ):
        assert shown in page


def test_a_viewer_gets_no_reason_and_no_link_to_evidence(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    page = whole.page("/", Role.viewer).text
    assert "This machine appears to be remotely driven." in page
    assert "KVM device" not in page
    assert "/hosts/" not in page
    assert "/findings" not in page
    assert "/audit" not in page


def test_search_and_level_are_kept_in_the_address(whole: Whole) -> None:
    whole.reported()
    page = whole.page("/?q=lap&level=clear").text
    assert 'value="lap"' in page
    assert "lap-chi-0417" in page
    assert "No host matches" in whole.page("/?q=nobody").text
    assert "No host matches" in whole.page("/?level=high").text


def test_more_hosts_than_fit_are_on_a_second_page(whole: Whole) -> None:
    for seed in range(1, 52):
        whole.enrolled(seed)
    first = whole.page("/").text
    (cursor,) = re.findall(r"cursor=([\w%-]+)", first)
    second = whole.page(f"/?cursor={cursor}").text
    assert (first.count("<tr>") - 1, second.count("<tr>") - 1) == (50, 1)
    assert "Back to the first page" in second


SENTENCES = {
    "review": "This machine appears to be remotely driven.",
    "observe": "Something is noted, but not enough to say more.",
    "clear": "Nothing found.",
    "unseen": "We cannot tell.",
}


@pytest.mark.parametrize("level", SENTENCES)
def test_the_verdict_is_one_sentence(whole: Whole, level: str) -> None:
    laptop = whole.enrolled() if level == "unseen" else whole.reported()
    if level == "review":
        laptop.sees("usb", [PIKVM])
        whole.report(laptop)
    if level == "observe":
        laptop.sees("remote_tools", [ANYDESK])
        whole.report(laptop)
    whole.judge()
    page = whole.page(f"/hosts/{whole.host_id(laptop)}").text
    assert re.findall(r"<h1>(.*?)</h1>", page) == [SENTENCES[level]]
    assert f'<article class="verdict {level}">' in page


def test_one_host_shows_everything_behind_its_verdict(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    whole.report(laptop, gauges=(Gauge(name="rss_bytes", value=31_457_280.0),))
    page = words(whole.page(f"/hosts/{whole.host_id(laptop)}").text)
    for shown in (
        "One claim is strong enough alone.",
        "Strength A: may open a case alone",
        "Mechanism, usb",
        "T1219.003",
        "PiKVM Composite Device",
        "Recognised as kvm.pikvm",
        "Innocent explanations",
        "could not be tested",
        "kvm.pikvm: the device is unplugged",
        f"farmwatch ask {whole.host_id(laptop)} usb",
        "Lid and power denied : It may not be read.",
        "Keyboards and pointers nothing Looked; the machine has no such thing.",
        "Report 2 of epoch",
        "None is missing, none was refused",
        "Agent's memory 30.0 MiB",
        "Seen at address",
        "Serial number ends in 9QX2",
    ):
        assert shown in page, shown


def test_what_is_wrong_with_reports_is_shown(whole: Whole) -> None:
    laptop = whole.reported()
    laptop.seq += 3
    laptop.sees("usb", [{"kind": "usb.device", "nested": {"no": 1}}])
    line = laptop.line(laptop.report(int(whole.now.timestamp()), full=True))
    headers = {"date": "Sun, 01 Mar 2026 09:00:00 GMT"}
    whole.call("POST", "/v1/reports", None, content=line, headers=headers)
    whole.judge()
    page = words(whole.page(f"/hosts/{whole.host_id(laptop)}").text)
    for shown in (
        "Missing reports After report 1 Before report 5",
        "Laptop's clock is off Seconds 86400",
        "Refused row Sensor usb Row number, from 0 0",
    ):
        assert shown in page, shown
    assert "None is missing" not in page


def test_a_virtual_machine_and_a_recording_wear_a_badge(whole: Whole) -> None:
    laptop = whole.reported()
    laptop.sees("machine", [{"kind": "machine.virtual", "by": "kvm"}])
    laptop.sees("agent", [{"kind": "agent.self", "version": "1", "recording": True}])
    whole.report(laptop)
    page = words(whole.page(f"/hosts/{whole.host_id(laptop)}").text)
    assert "virtual (kvm)" in page
    assert "plays a recording" in page
    assert "Virtual machine, not judged by policy." in page


def test_a_responder_sees_questions_and_answers_and_an_analyst_does_not(whole: Whole) -> None:
    laptop = whole.reported()
    host = whole.host_id(laptop)
    body = {"hosts": [host], "sensor": "usb", "reason": "case 17"}
    question = whole.call("POST", "/v1/questions", Role.responder, json=body).json()["id"]
    whole.answer(laptop, question, rows=[PIKVM])
    page = words(whole.page(f"/hosts/{host}", Role.responder).text)
    assert "by the responder (responder): answered, ok, 1 row" in page
    assert "Reason: case 17" in page
    assert "PiKVM Composite Device" in page
    assert "case 17" not in whole.page(f"/hosts/{host}", Role.analyst).text


def test_findings_are_listed_the_newest_first(whole: Whole) -> None:
    assert "No findings" in whole.page("/findings").text
    for seed in (1, 2):
        whole.reported(seed, host_name=f"lap-{seed}", usb=[PIKVM])
    page = whole.page("/findings").text
    assert page.index("lap-2") < page.index("lap-1")
    assert "Now needs a look: One claim is strong enough alone." in words(page)


def test_what_we_cannot_see_is_counted_over_all_hosts(whole: Whole) -> None:
    assert "we see nothing at all" in whole.page("/blind-spots").text
    for seed in (1, 2):
        whole.reported(seed)
    page = words(whole.page("/blind-spots", Role.viewer).text)
    assert "Lid and power 0 hosts 2 hosts denied on 2: It may not be read." in page
    assert "USB devices 2 hosts none" in page


def test_the_audit_page_names_who_did_what(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    page = words(whole.page("/audit").text)
    assert "the admin admin sign-in" in page
    assert "the admin admin read.audit" in page


def test_reading_a_page_is_written_down(whole: Whole) -> None:
    host = whole.host_id(whole.reported(usb=[PIKVM]))
    whole.page(f"/hosts/{host}", Role.analyst)
    whole.page("/findings", Role.analyst)
    deeds = [(did, subject) for who, did, subject, _ in whole.audited("sign-in") if "ana" in who]
    assert deeds == [("read.host", host), ("read.findings", "1 to 1")]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_can_run_a_script_or_load_from_elsewhere(whole: Whole, path: str) -> None:
    answer = whole.page(path)
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text) == []
    elsewhere = re.findall(r'(?:href|src|action)="(?!/|#)([^"]*)"', answer.text)
    assert elsewhere == []


@pytest.mark.parametrize("path", PATHS)
def test_every_page_names_its_language_its_title_and_a_way_past_the_bar(
    whole: Whole, path: str
) -> None:
    page = whole.page(path).text
    assert '<html lang="en">' in page
    assert len(re.findall(r"<title>\S.* · Farmwatch</title>", page)) == 1
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert '<a class="skip" href="#main">' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_trouble_is_a_page_too(whole: Whole) -> None:
    missing = whole.page("/hosts/none")
    assert (missing.status_code, "There is no such page" in missing.text) == (404, True)
    denied = whole.page("/audit", Role.viewer)
    assert denied.status_code == 403
    assert "This page needs the role admin; you have viewer." in denied.text
    odd = whole.page("/?level=bad")
    assert (odd.status_code, odd.headers["content-type"]) == (422, "text/html; charset=utf-8")
