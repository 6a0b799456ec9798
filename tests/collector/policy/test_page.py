"""policy.yaml: read whole, faults told whole."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.policy import Baseline, Cadence, Caps, Landmark, Policy, Retention, Sanction
from collector.policy.page import KEYS, Faults, parse
from wire.policy import AgentPolicy, SensorPolicy
from wire.policy import Landmark as AgentLandmark

SHIPPED = Path(__file__).parents[3] / "deploy" / "policy.yaml"


def faults(text: str, tools: tuple[str, ...] | None = None) -> tuple[str, ...]:
    with pytest.raises(Faults) as caught:
        parse(text, tools=tools)
    return caught.value.faults


def test_the_policy_in_deploy_is_the_one_we_ship() -> None:
    assert parse(SHIPPED.read_text()) == Policy()


def test_the_policy_in_deploy_names_every_key() -> None:
    text = SHIPPED.read_text()
    assert [key for key in KEYS if f"\n{key}:" not in text] == []


def test_an_empty_page_is_the_policy_we_ship() -> None:
    assert parse("") == Policy()
    assert parse("sanctioned:\ncadence:\n") == Policy()


def test_everything_can_be_said() -> None:
    policy = parse("""
sanctioned:
  - tool: remote_access.anydesk
    reason: helpdesk
cadence: {sense_s: 5, next_report_s: 30}
landmarks:
  - {host: a.example.net, place: "Berlin, DE", source: ours, port: 22}
sensors:
  presence: {on: true, decided_by: works council, decided_on: 2026-09-01, basis: agreement 7}
  usb: {on: false}
judge_virtual: true
baseline: {days: 7, start: 2026-11-01}
caps: {review_share: 0.5, review_least: 9}
retention_days: {rows: 60, claims: 61, findings: 62}
claim_days: 3
session_minutes: 20
silent_days: 4
timezone: Europe/Berlin
""")
    assert policy == Policy(
        sanctioned=(Sanction("remote_access.anydesk", "helpdesk"),),
        cadence=Cadence(5, 30),
        landmarks=(Landmark("a.example.net", "Berlin, DE", "ours", 22),),
        sensors={
            "presence": SensorPolicy(
                on=True, decided_by="works council", decided_on="2026-09-01", basis="agreement 7"
            ),
            "usb": SensorPolicy(on=False),
        },
        judge_virtual=True,
        baseline=Baseline(7, date(2026, 11, 1)),
        caps=Caps(0.5, 9),
        retention=Retention(60, 61, 62),
        claim_days=3,
        session_minutes=20,
        silent_days=4,
        timezone="Europe/Berlin",
    )


def test_all_faults_come_at_once_each_with_its_line_and_key() -> None:
    assert faults("""cadense: {sense_s: 5}
cadence:
  sense_s: soon
  next_report_s: 0
judge_virtual: maybe
timezone: Mars/Olympus
caps: {review_least: 4, review_share: 2}
claim_days: 3
claim_days: 4
sensors:
  presence: {on: true, decided_by: me}
  cammera: {on: true}
  usb: {}
landmarks: [{host: a}]
baseline: {start: yesterday}
""") == (
        "policy.yaml:1: cadense: unknown key; did you mean cadence?",
        "policy.yaml:3: cadence.sense_s: must be a whole number",
        "policy.yaml:4: cadence.next_report_s: must be from 1 to 86400, not 0",
        "policy.yaml:5: judge_virtual: must be true or false",
        (
            "policy.yaml:6: timezone: no time zone is called 'Mars/Olympus'; an example is "
            "Europe/Berlin"
        ),
        "policy.yaml:7: caps.review_share: must be from 0 to 1, not 2",
        "policy.yaml:7: caps.review_least: must be from 5 to 1000000, not 4",
        "policy.yaml:9: claim_days: given twice",
        (
            "policy.yaml:11: sensors.presence: is off as shipped; to switch it on, decided_on "
            "must be said"
        ),
        "policy.yaml:11: sensors.presence: is off as shipped; to switch it on, basis must be said",
        "policy.yaml:12: sensors.cammera: unknown key; did you mean camera?",
        "policy.yaml:13: sensors.usb: must say on: true or on: false",
        "policy.yaml:14: landmarks[0]: must have a place",
        "policy.yaml:15: baseline.start: must be a date such as 2026-01-31",
    )


def test_a_sanctioned_tool_must_be_one_that_the_pack_knows() -> None:
    page = "sanctioned:\n  - tool: remote_access.anydesc\n  - tool: remote_access.anydesk\n"
    assert faults(page, ("remote_access.anydesk",)) == (
        (
            "policy.yaml:2: sanctioned[0]: no signature is called remote_access.anydesc; did you "
            "mean remote_access.anydesk?"
        ),
    )


def test_rows_are_kept_as_long_as_they_are_evidence() -> None:
    assert faults("retention_days: {rows: 5}\nclaim_days: 6") == (
        (
            "policy.yaml:1: retention_days: rows must be kept at least 6 days, as claim_days and "
            "silent_days ask"
        ),
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", "policy.yaml:1: not YAML: expected the node content, but found '<stream end>'"),
        ("- a", "policy.yaml:1: must be a mapping (key: value)"),
        ("a: &x 1\nb: *x", "policy.yaml:1: aliases (*name) are not taken"),
        ("a: \x00", ("policy.yaml:1: not YAML: unacceptable character #x0000: special characters "
         "are not allowed")),
        ("x" * 600_000, "policy.yaml:1: is larger than 512 KiB"),
        ("sanctioned: 3", "policy.yaml:1: sanctioned: must be a list (- item)"),
        ("sanctioned: [3]", "policy.yaml:1: sanctioned[0]: must be a mapping (key: value)"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_said_in_one_line(text: str, fault: str) -> None:
    assert faults(text)[0] == fault


def test_nesting_beyond_reason_is_a_fault_and_no_crash() -> None:
    assert faults("[" * 20_000) == ("policy.yaml:1: is nested deeper than 16",)


def test_the_agents_part_carries_what_the_agent_needs_and_no_more() -> None:
    policy = parse("""
sanctioned: [{tool: a.b, reason: secret}]
sensors: {usb: {on: false}}
landmarks: [{host: a.example.net, place: Berlin, source: secret}]
""")
    assert policy.agent_part() == AgentPolicy(
        sense_s=60,
        next_report_s=300,
        sensors={"usb": SensorPolicy(on=False)},
        sanctioned=("a.b",),
        landmarks=(AgentLandmark(name="Berlin", address="a.example.net", port=443),),
    )


def test_a_baseline_without_a_start_counts_from_the_first_enrolment() -> None:
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    covered = [Baseline(2).covers(datetime(2026, 1, day, tzinfo=UTC), first) for day in (1, 2, 3)]
    assert covered == [True, True, False]


def test_the_cap_is_a_share_of_the_hosts_and_never_under_five() -> None:
    assert [Caps().review(hosts) for hosts in (0, 499, 600, 1_000_000)] == [5, 5, 6, 10_000]
