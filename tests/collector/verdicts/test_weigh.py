"""The verdict: the rule's level, or that we cannot tell; and all that is said with it."""

from datetime import UTC, datetime, timedelta

import pytest

from collector.detectors.claim import Claim
from collector.policy import Policy
from collector.verdicts.situation import Sensor, Situation
from collector.verdicts.verdict import Ask, Blind, decode, encode
from collector.verdicts.weigh import Said, weigh

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
LONG = AT - timedelta(days=3)
TOOL = Claim("control_tool_unattended", "t", "mechanism", "tool", "B", "because", (1,))
KVM = Claim("kvm_usb", "kvm.pikvm", "mechanism", "usb", "A", "because", (2,))
PLACE = Claim("elsewhere", "p", "place", "egress", "B", "because", (3,), kind="moved")
SHOWN = Claim("control_tool_present", "t", "mechanism", "tool", "C", "because", (1,))


def sensors(**unable: datetime) -> tuple[Sensor, ...]:
    return tuple(Sensor(name, "denied", "", since) for name, since in unable.items())


@pytest.mark.parametrize(
    ("situation", "claims", "expected"),
    [
        (Situation(AT), (), ("clear", "nothing counts against this machine")),
        (Situation(AT, reported=False), (), ("unseen", "no report yet")),
        (
            Situation(AT, silent="2026-11-20T08:00Z"),
            (TOOL,),
            ("unseen", "silent since 2026-11-20T08:00Z while others report"),
        ),
        (
            Situation(AT, silent="2026-11-20T08:00Z"),
            (KVM,),
            ("review", "one claim is strong enough alone"),
        ),
        (
            Situation(AT, sensors=sensors(remote_tools=LONG)),
            (),
            ("unseen", "remote_tools could not look for 3 days"),
        ),
        (
            Situation(AT, sensors=sensors(usb=LONG, displays=LONG)),
            (),
            ("unseen", "usb and displays could not look for 3 days"),
        ),
        (
            Situation(AT, sensors=sensors(usb=LONG, displays=LONG + timedelta(seconds=1))),
            (),
            ("clear", "nothing counts against this machine"),
        ),
        (
            Situation(AT, sensors=sensors(usb=LONG, network=LONG)),
            (),
            ("clear", "nothing counts against this machine"),
        ),
        (
            Situation(AT, sensors=(Sensor("remote_tools", "off", "policy", None),)),
            (),
            ("clear", "nothing counts against this machine"),
        ),
        (Situation(AT, virtual="kvm"), (KVM,), ("unseen", "virtual machine, not judged by policy")),
    ],
)
def test_unseen_takes_the_place_of_clear_and_observe_and_of_nothing_else(
    situation: Situation, claims: tuple[Claim, ...], expected: tuple[str, str]
) -> None:
    verdict = weigh(claims, situation, Policy())
    assert (verdict.level, verdict.why) == expected


def test_what_unseen_hides_is_still_weighed_and_shown() -> None:
    verdict = weigh((TOOL,), Situation(AT, silent="then"), Policy())
    assert (verdict.weight, verdict.counted, verdict.rule) == ("observe", (TOOL,), "unseen")


def test_a_virtual_machine_is_judged_where_policy_says_so() -> None:
    verdict = weigh((KVM,), Situation(AT, virtual="kvm"), Policy(judge_virtual=True))
    assert (verdict.level, verdict.virtual) == ("review", True)


def test_a_virtual_machine_that_is_not_judged_shows_its_claims_and_counts_none() -> None:
    verdict = weigh((KVM,), Situation(AT, virtual="kvm"), Policy())
    assert (verdict.virtual, verdict.counted, verdict.shown, verdict.weight) == (
        True, (), (KVM,), "unseen",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((), ("", "")),
        ((TOOL,), ("driven", "")),
        ((PLACE,), ("moved", "")),
        ((KVM,), ("driven", "This machine appears to be remotely driven.")),
        ((TOOL, PLACE), ("driven", "This machine appears to be remotely driven.")),
    ],
)
def test_a_sentence_is_printed_from_review_on(
    claims: tuple[Claim, ...], expected: tuple[str, str]
) -> None:
    verdict = weigh(claims, Situation(AT), Policy())
    assert (verdict.kind, verdict.says) == expected


def test_a_whole_machine_abroad_has_moved() -> None:
    whole = Claim("abroad", "p", "place", "whole", "A", "because", (3,), kind="moved")
    verdict = weigh((whole, TOOL), Situation(AT), Policy())
    assert (verdict.level, verdict.rule, verdict.kind, verdict.says) == (
        "high", "H3", "moved", "This machine appears to be outside its approved countries.",
    )  # fmt: skip


def test_counted_and_merely_shown_claims_are_told_apart() -> None:
    verdict = weigh((SHOWN, TOOL), Situation(AT), Policy())
    assert (verdict.counted, verdict.shown) == ((TOOL,), (SHOWN,))


def test_every_sensor_that_did_not_look_is_a_blind_spot() -> None:
    told = Situation(
        AT,
        sensors=(
            Sensor("camera", "off", "as shipped", None),
            Sensor("displays", "denied", "needs root", AT),
            Sensor("usb", "ok", "", None),
            Sensor("sessions", "nothing", "", None),
        ),
    )
    assert weigh((), told, Policy()).blind == (
        Blind("camera", "off", "as shipped"), Blind("displays", "denied", "needs root"),
    )  # fmt: skip


def test_a_sensor_that_cannot_look_is_not_asked_next() -> None:
    blind = Situation(AT, sensors=sensors(usb=AT))
    asked = [weigh((KVM,), told, Policy()).ask for told in (Situation(AT), blind)]
    displays = Ask("displays", "is a real monitor attached beside it?")
    usb = Ask("usb", "is the device still plugged in, and what else shares its structure?")
    assert asked == [(usb, displays), (displays,)]


def test_what_would_clear_it_is_said_for_what_counts() -> None:
    assert weigh((SHOWN, TOOL), Situation(AT), Policy()).clears == (
        "t: switch its unattended access off, remove the tool, or sanction it in policy",
    )


def test_a_verdict_survives_its_document() -> None:
    verdict = weigh((SHOWN, TOOL), Situation(AT), Policy(), Said())
    assert decode(encode(verdict)) == verdict
