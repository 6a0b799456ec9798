from collector.tokens import Role
from tests.collector.whole import BEGAN, PIKVM, Whole
from wire.report import Gauge

CLEARS = (
    "kvm.pikvm: the device is unplugged and policy's claim_days pass, or it is sanctioned in policy"
)


def names(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [host["name"] for host in page["hosts"]]


def test_the_most_urgent_hosts_come_first_and_those_without_a_report_are_unseen(
    whole: Whole,
) -> None:
    whole.enrolled(1)
    whole.judge()
    whole.reported(2, host_name="clean")
    whole.reported(3, host_name="driven", usb=[PIKVM])
    page = whole.get("/v1/hosts")
    assert [(host["name"], host["level"], host["why"]) for host in page["hosts"]] == [
        ("driven", "review", "one claim is strong enough alone"),
        ("", "unseen", "no report yet"),
        ("clean", "clear", "nothing counts against this machine"),
    ]
    assert page["next"] is None


def test_a_host_that_waits_for_its_first_verdict_is_listed_last_and_unseen(whole: Whole) -> None:
    whole.reported(1)
    waiting = whole.enrolled(2)
    page = whole.get("/v1/hosts")
    assert [(host["level"], host["since"] is None) for host in page["hosts"]] == [
        ("clear", False),
        ("unseen", True),
    ]
    assert page["hosts"][1]["why"] == "not judged yet"
    (unseen,) = whole.get("/v1/hosts", level="unseen")["hosts"]
    assert unseen["host_id"] == whole.host_id(waiting)


def test_a_line_says_each_sensors_outcome_and_what_machine_it_is(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    (host,) = whole.get("/v1/hosts")["hosts"]
    assert {one["sensor"]: (one["ended"], one["why"]) for one in host["outcomes"]} == {
        "clock": ("nothing", ""),
        "displays": ("nothing", ""),
        "input_devices": ("nothing", ""),
        "machine": ("ok", ""),
        "network": ("nothing", ""),
        "power": ("denied", "it may not be read"),
        "remote_tools": ("nothing", ""),
        "sessions": ("nothing", ""),
        "usb": ("ok", ""),
    }
    assert host["machine"] == {
        "os": "linux",
        "os_version": "Debian GNU/Linux 12",
        "maker": "LENOVO",
        "model": "ThinkPad T14",
        "chassis": "notebook",
        "virtual": None,
        "recording": False,
    }
    assert (host["serial_tail"], host["mdm_id"], host["provisional"]) == ("9QX2", "mdm-17", True)
    assert (host["seen"], host["baseline"]) == ("2026-03-02T09:00:00Z", True)


def test_a_viewer_sees_levels_but_no_reasons(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    (seen,) = whole.get("/v1/hosts", Role.viewer)["hosts"]
    assert (seen["level"], seen["because"]) == ("review", [])
    (full,) = whole.get("/v1/hosts", Role.analyst)["hosts"]
    assert len(full["because"]) == 1
    assert "read.hosts" not in [did for who, did, *_ in whole.audited() if who == "the viewer"]


def test_review_carries_baseline_only_in_the_first_days(whole: Whole) -> None:
    whole.reported(usb=[PIKVM])
    assert [host["baseline"] for host in whole.get("/v1/hosts")["hosts"]] == [True]
    whole.later(days=14)
    assert [host["baseline"] for host in whole.get("/v1/hosts")["hosts"]] == [False]


def test_a_level_filters(whole: Whole) -> None:
    whole.reported(1, host_name="clean")
    whole.reported(2, host_name="driven", usb=[PIKVM])
    assert names(whole.get("/v1/hosts", level="review")) == ["driven"]
    assert names(whole.get("/v1/hosts", level="high")) == []


def test_pages_of_any_size_list_every_host_once_in_the_same_order(whole: Whole) -> None:
    for seed in range(1, 8):
        whole.reported(seed, host_name=f"lap-{seed}", usb=[PIKVM] if seed % 3 == 0 else ())
    whole.enrolled(8)
    everything = names(whole.get("/v1/hosts"))
    assert everything == ["lap-3", "lap-6", "lap-1", "lap-2", "lap-4", "lap-5", "lap-7", ""]
    for limit in (1, 2, 3, 7):
        found, cursor = [], ""
        while True:
            page = whole.get("/v1/hosts", limit=limit, cursor=cursor)
            found += names(page)
            cursor = page["next"]
            if cursor is None:
                break
        assert found == everything


def test_search_finds_the_beginning_of_a_name_whatever_its_case(whole: Whole) -> None:
    for seed, name in enumerate(("LAP-2", "lap-1", "other"), 1):
        whole.reported(seed, host_name=name, serial_tail=f"S{seed}", mdm_id=f"mdm-{seed}")
    assert names(whole.get("/v1/hosts", q="Lap")) == ["lap-1", "LAP-2"]
    assert names(whole.get("/v1/hosts", q="ap")) == []
    first = whole.get("/v1/hosts", q="lap", limit=1)
    assert names(first) == ["lap-1"]
    assert names(whole.get("/v1/hosts", q="lap", limit=1, cursor=first["next"])) == ["LAP-2"]


def test_a_search_within_a_level_comes_in_pages_too(whole: Whole) -> None:
    for seed, name in enumerate(("lap-2", "LAP-1", "lap-1", "other"), 1):
        whole.reported(seed, host_name=name, usb=[PIKVM])
    whole.reported(5, host_name="lap-clean")
    first = whole.get("/v1/hosts", q="lap", level="review", limit=2)
    assert names(first) == ["LAP-1", "lap-1"]
    second = whole.get("/v1/hosts", q="lap", level="review", limit=2, cursor=first["next"])
    assert (names(second), second["next"]) == (["lap-2"], None)
    assert names(whole.get("/v1/hosts", q="lap", level="clear")) == ["lap-clean"]


def test_search_finds_a_serial_tail_an_mdm_id_and_the_beginning_of_an_id(whole: Whole) -> None:
    laptop = whole.reported(1, host_name="one", serial_tail="9QX2", mdm_id="mdm-1")
    whole.reported(2, host_name="two", serial_tail="0000", mdm_id="mdm-2")
    assert names(whole.get("/v1/hosts", q="9qx2")) == ["one"]
    assert names(whole.get("/v1/hosts", q="mdm-2")) == ["two"]
    assert names(whole.get("/v1/hosts", q=whole.host_id(laptop).upper())) == ["one"]
    assert names(whole.get("/v1/hosts", q=whole.host_id(laptop)[:-1])) == ["one"]
    assert names(whole.get("/v1/hosts", q=whole.host_id(laptop)[:7])) == []


def test_words_that_are_patterns_elsewhere_are_only_words(whole: Whole) -> None:
    whole.reported(1)
    for words in ("%", "_ap", "*", "' OR 1=1 --", "\x00"):
        assert names(whole.get("/v1/hosts", q=words)) == []


def test_an_unchanged_list_costs_a_304(whole: Whole) -> None:
    whole.reported()
    first = whole.call("GET", "/v1/hosts")
    headers = {"if-none-match": first.headers["etag"]}
    again = whole.call("GET", "/v1/hosts", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    whole.reported(2, host_name="another")
    assert whole.call("GET", "/v1/hosts", headers=headers).status_code == 200


def test_one_host_has_its_verdict_claims_rows_and_what_we_cannot_see(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    document = whole.get(f"/v1/hosts/{whole.host_id(laptop)}")
    assert document["verdict"] == {
        "level": "review",
        "kind": "driven",
        "since": "2026-03-02T09:00:00Z",
        "says": "This machine appears to be remotely driven.",
        "why": "one claim is strong enough alone",
        "rule": "one_a",
        "weight": "review",
        "baseline": True,
        "caps": [],
        "clears": [
            CLEARS,
        ],
        "ask": [
            {
                "sensor": "usb",
                "why": "is the device still plugged in, and what else shares its structure?",
            },
            {"sensor": "displays", "why": "is a real monitor attached beside it?"},
        ],
    }
    (claim,) = document["claims"]
    assert (claim["detector"], claim["about"], claim["class"], claim["channel"]) == (
        "kvm_usb",
        "kvm.pikvm",
        "mechanism",
        "usb",
    )
    assert (claim["strength"], claim["technique"], claim["counted"]) == ("A", "T1219.003", True)
    (row,) = claim["rows"]
    assert (row["sensor"], row["kind"], row["until"]) == ("usb", "usb.device", None)
    assert row["fields"] == {key: value for key, value in PIKVM.items() if key != "kind"}
    assert {one["result"] for one in claim["innocent"]} == {"failed", "could not be tested"}
    assert document["blind"] == [
        {"sensor": "power", "ended": "denied", "why": "it may not be read"}
    ]
    assert {row["kind"] for row in document["rows"]} == {
        "egress.address",
        "machine.identity",
        "sensor.outcome",
        "usb.device",
    }
    assert (document["seq"], document["epoch"]) == (1, laptop.epoch)


def test_a_row_that_has_ended_is_still_quoted_by_the_claim_that_rests_on_it(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    whole.later(hours=1)
    laptop.sees("usb", (), "nothing")
    whole.report(laptop)
    document = whole.get(f"/v1/hosts/{whole.host_id(laptop)}")
    (row,) = document["claims"][0]["rows"]
    assert (row["since"], row["until"]) == ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")
    assert "usb.device" not in {row["kind"] for row in document["rows"]}


def test_rows_of_one_kind(whole: Whole) -> None:
    host = whole.host_id(whole.reported(usb=[PIKVM]))
    (row,) = whole.get(f"/v1/hosts/{host}/rows", kind="usb.device")["rows"]
    assert row["fields"]["product"] == "PiKVM Composite Device"
    assert whole.get(f"/v1/hosts/{host}/rows", kind="no.such")["rows"] == []
    assert len(whole.get(f"/v1/hosts/{host}/rows")["rows"]) == 12


def test_gauges_say_their_last_value_and_the_days_range(whole: Whole) -> None:
    laptop = whole.reported()
    for value in (30.0, 10.0, 20.0):
        whole.report(laptop, gauges=(Gauge(name="cpu_s", value=value),))
    assert whole.get(f"/v1/hosts/{whole.host_id(laptop)}")["gauges"] == [
        {"name": "cpu_s", "day": f"{BEGAN:%Y-%m-%d}", "last": 20, "low": 10, "high": 30}
    ]


def test_an_accepted_host_is_no_longer_provisional(whole: Whole) -> None:
    host = whole.host_id(whole.reported())
    for _ in range(2):
        answer = whole.call("POST", f"/v1/hosts/{host}/accept")
        assert answer.json() == {"host_id": host, "provisional": False, "revoked": False}
    assert whole.call("POST", "/v1/hosts/none/accept").status_code == 404


def test_a_revoked_host_reports_no_more_and_what_it_said_stays(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    host = whole.host_id(laptop)
    assert whole.call("POST", f"/v1/hosts/{host}/revoke").json()["revoked"] is True
    line = laptop.line(laptop.report(int(whole.now.timestamp()), full=True))
    refused = whole.call("POST", "/v1/reports", None, content=line)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:farmwatch:problem:revoked")
    assert whole.get(f"/v1/hosts/{host}")["host"]["revoked"] is True
    assert len(whole.get(f"/v1/hosts/{host}")["claims"]) == 1


def test_reading_evidence_is_written_down(whole: Whole) -> None:
    host = whole.host_id(whole.reported())
    whole.get("/v1/hosts", Role.analyst)
    whole.get(f"/v1/hosts/{host}", Role.analyst)
    whole.get(f"/v1/hosts/{host}/rows", Role.responder, kind="usb.device")
    assert whole.audited("token.create", "enrol") == [
        ("the analyst", "read.hosts", "1 hosts", "192.0.2.9"),
        ("the analyst", "read.host", host, "192.0.2.9"),
        ("the responder", "read.rows", host, "192.0.2.9"),
    ]
