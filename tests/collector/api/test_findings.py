from collector.tokens import Role
from tests.collector.whole import PIKVM, Whole


def test_a_poller_that_remembers_one_number_misses_no_finding(whole: Whole) -> None:
    for seed in (1, 2, 3):
        whole.reported(seed, host_name=f"lap-{seed}", usb=[PIKVM])
    seen, after = [], 0
    for _ in range(4):
        page = whole.get("/v1/findings", after=after, limit=1)
        seen += [(one["n"], one["host_name"], one["level"]) for one in page["findings"]]
        after = page["last"]
    assert seen == [(1, "lap-1", "review"), (2, "lap-2", "review"), (3, "lap-3", "review")]
    assert whole.get("/v1/findings", after=after) == {"findings": [], "last": 3}


def test_a_finding_says_what_changed_and_why(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    (finding,) = whole.get("/v1/findings")["findings"]
    (claim,) = finding.pop("claims")
    assert finding == {
        "n": 1,
        "at": "2026-03-02T09:00:00Z",
        "host_id": whole.host_id(laptop),
        "host_name": "lap-chi-0417",
        "cause": "entered",
        "level": "review",
        "before": finding["before"],
        "kind": "driven",
        "why": "one claim is strong enough alone",
        "says": "This machine appears to be remotely driven.",
        "baseline": True,
    }
    assert (claim["detector"], claim["class"], claim["strength"]) == ("kvm_usb", "mechanism", "A")


def test_reading_findings_is_written_down_and_an_empty_poll_is_not(whole: Whole) -> None:
    whole.get("/v1/findings")
    whole.reported(usb=[PIKVM])
    whole.get("/v1/findings", Role.analyst)
    whole.get("/v1/findings", Role.analyst, after=1)
    assert whole.audited("token.create", "enrol") == [
        ("the analyst", "read.findings", "1 to 1", "192.0.2.9")
    ]


def test_unchanged_findings_cost_a_304(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    etag = whole.call("GET", "/v1/findings").headers["etag"]
    headers = {"if-none-match": f'"other", W/{etag}'}
    assert whole.call("GET", "/v1/findings", headers=headers).status_code == 304


def test_the_audit_log_is_read_from_its_end_in_pages(whole: Whole) -> None:
    for _ in range(3):
        whole.get("/v1/tokens")
    first = whole.get("/v1/audit", limit=2)
    assert [(one["n"], one["did"]) for one in first["entries"]] == [
        (4, "read.audit"),
        (3, "read.tokens"),
    ]
    second = whole.get("/v1/audit", limit=4, before=first["next"])
    assert [one["n"] for one in second["entries"]] == [2, 1]
    assert second["next"] is None
    assert second["entries"][-1] == {
        "n": 1,
        "at": "2026-03-02T09:00:00Z",
        "who": "the admin",
        "role": "admin",
        "address": "192.0.2.9",
        "did": "read.tokens",
        "subject": "",
        "detail": "",
    }
