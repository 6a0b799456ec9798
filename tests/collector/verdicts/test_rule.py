"""The rule of classes, channels, combinations and caps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.detectors.claim import Channel, Claim, Class, Strength
from collector.verdicts import rule as rules
from collector.verdicts.rule import ORDER, rule

CHANNELS: dict[Class, tuple[Channel, ...]] = {
    "mechanism": ("tool", "session", "log", "usb", "display", "console", "input"),
    "place": ("egress", "radio", "exit", "whole", "account"),
    "distance": ("landmark", "socket", "echo"),
    "custody": ("gateway", "peripheral", "operator", "delivery"),
    "identity": ("hr",),
}
CLASSES: dict[str, Class] = {
    "M": "mechanism", "P": "place", "D": "distance", "K": "custody", "I": "identity",
}  # fmt: skip
MARKS = (
    rules.KVM_IDENTITY, rules.JIGGLER, rules.INPUT_OVERLAP, rules.FOREIGN_PEER, rules.LASTED,
    rules.NEVER_RESIDENT, rules.SHARED_OPERATOR, rules.SHARED_GATEWAY,
)  # fmt: skip


def claim(short: str, *marks: str) -> Claim:
    """`M tool B` is a claim."""
    class_, channel, strength = short.split()
    (known,) = [each for each in CHANNELS[CLASSES[class_]] if each == channel]
    (strong,) = [each for each in ("A", "B", "C") if each == strength]
    return Claim(
        detector=f"d_{channel}",
        about=short,
        class_=CLASSES[class_],
        channel=known,
        strength=strong,
        because="because",
        rows=(1,),
        marks=marks,
    )


def ruled(*claims: Claim | str) -> tuple[str, str]:
    found = rule([claim(each) if isinstance(each, str) else each for each in claims])
    return found.level, found.rule.name


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((), ("clear", "none")),
        (("M tool C", "P egress C", "K operator C"), ("clear", "none")),
        (("M tool B",), ("observe", "one_b")),
        (("P egress B",), ("observe", "one_b")),
        (("I hr B",), ("observe", "one_b")),
        (("M usb A",), ("review", "one_a")),
        (("P whole A",), ("review", "one_a")),
        (("K operator A",), ("review", "one_a")),
        (("K peripheral A",), ("review", "one_a")),
        (("M tool B", "M session B"), ("review", "two_channels")),
        (("M tool B", "P egress B"), ("review", "m_with_other")),
        (("M tool B", "D landmark B"), ("review", "m_with_other")),
        (("M tool B", "K gateway B"), ("review", "m_with_other")),
        (("M tool B", "I hr B"), ("observe", "one_b")),
        (("M tool B", "I hr A"), ("observe", "one_b")),
        (("D landmark B", "P exit B"), ("review", "d_with_exit")),
        (("D landmark B", "P egress B"), ("observe", "one_b")),
        (("P egress B", "K operator B"), ("observe", "one_b")),
        (("M tool B", "P egress B", "D landmark B"), ("high", "m_with_two")),
        (("M tool B", "P egress B", "K gateway B"), ("high", "m_with_two")),
        (("M tool B", "P egress B", "I hr B"), ("review", "m_with_other")),
        (("M tool B", "M session B", "P egress C"), ("review", "two_channels")),
        (("M session A", "I hr B"), ("high", "H5")),
        (("M session A", "P egress B"), ("high", "H5")),
        (("M session A", "M usb B"), ("review", "one_a")),
        (("M usb A", "M console B"), ("review", "one_a")),
        (("P whole A", "M tool B"), ("high", "H3")),
        (("P whole A", "M tool C"), ("review", "one_a")),
        (("P whole B", "M tool B"), ("review", "m_with_other")),
    ],
)
def test_claims_give_the_level_of_the_first_rule_that_holds(
    claims: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert ruled(*claims) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim("M log B", rules.FOREIGN_PEER)], ("high", "H1")),
        ([claim("M log C", rules.FOREIGN_PEER)], ("clear", "none")),
        ([claim("M usb A", rules.KVM_IDENTITY)], ("review", "one_a")),
        ([claim("M usb A", rules.KVM_IDENTITY), claim("M input B", rules.JIGGLER)],
         ("high", "H2")),
        ([claim("M usb A", rules.KVM_IDENTITY), claim("M input C", rules.JIGGLER)],
         ("review", "one_a")),
        ([claim("M usb A", rules.KVM_IDENTITY), claim("M console B")], ("high", "H2")),
        ([claim("M usb A", rules.KVM_IDENTITY, rules.INPUT_OVERLAP)], ("high", "H2")),
        ([claim("M usb B"), claim("M input B", rules.JIGGLER)], ("review", "two_channels")),
        ([claim("P whole A", rules.LASTED)], ("high", "H3")),
        ([claim("P whole A", rules.NEVER_RESIDENT)], ("high", "H3")),
        ([claim("P whole B", rules.LASTED)], ("observe", "one_b")),
        ([claim("K operator A", rules.SHARED_OPERATOR)], ("review", "one_a")),
        ([claim("K operator B", rules.SHARED_OPERATOR), claim("M tool B")], ("high", "H4")),
        ([claim("K gateway B", rules.SHARED_GATEWAY), claim("M tool B")], ("high", "H6")),
        ([claim("K gateway B", rules.SHARED_GATEWAY)], ("observe", "one_b")),
    ],
)  # fmt: skip
def test_marks_give_high(claims: list[Claim], expected: tuple[str, str]) -> None:
    assert ruled(*claims) == expected


@pytest.mark.parametrize(
    ("claims", "expected", "caps"),
    [
        (("D landmark A",), "observe", 1),
        (("D landmark A", "I hr B"), "observe", 1),
        (("D landmark A", "D echo A"), "observe", 1),
        (("K gateway A",), "observe", 1),
        (("K gateway A", "P egress B"), "observe", 1),
        (("K gateway A", "D landmark A"), "observe", 2),
        (("K gateway A", "P whole A"), "review", 0),
        (("K gateway A", "K operator A"), "review", 0),
        (("I hr A",), "observe", 0),
        (("K gateway B",), "observe", 0),
        (("K gateway A", "M tool B"), "review", 0),
        (("D landmark A", "M tool C"), "observe", 1),
    ],
)
def test_caps_come_last_and_win(claims: tuple[str, ...], expected: str, caps: int) -> None:
    found = rule([claim(each) for each in claims])
    assert (found.level, len(found.caps)) == (expected, caps)


def test_only_the_strongest_of_a_channel_counts() -> None:
    found = rule([claim("M tool B"), replace(claim("M tool A"), about="other")])
    assert [(each.channel, each.strength) for each in found.counted] == [("tool", "A")]


@st.composite
def some_claims(draw: st.DrawFn) -> list[Claim]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        class_ = draw(st.sampled_from(list(CHANNELS)))
        strength: Strength = draw(st.sampled_from(["A", "B", "C"]))
        made.append(
            Claim(
                detector=f"d{draw(st.integers(0, 2))}",
                about=f"a{number}",
                class_=class_,
                channel=draw(st.sampled_from(CHANNELS[class_])),
                strength=strength,
                because="because",
                rows=(number,),
                marks=tuple(draw(st.lists(st.sampled_from(MARKS), max_size=2, unique=True))),
            )
        )
    return made


@given(some_claims(), some_claims())
def test_another_claim_never_lowers_the_level(claims: list[Claim], more: list[Claim]) -> None:
    assert ORDER.index(rule(claims).level) <= ORDER.index(rule([*claims, *more]).level)


@given(some_claims())
def test_c_never_counts(claims: list[Claim]) -> None:
    without = [each for each in claims if each.strength != "C"]
    assert rule(claims) == rule(without)


@given(some_claims(), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing(claims: list[Claim], random: object) -> None:
    turned = sorted(claims, key=lambda _each: random.random())  # type: ignore[attr-defined]
    assert rule(turned) == rule(claims)


@given(some_claims(), st.text(min_size=1), st.text(min_size=1))
def test_names_and_sentences_change_no_level(claims: list[Claim], name: str, said: str) -> None:
    other = [
        replace(each, about=f"{name}{number}", because=said) for number, each in enumerate(claims)
    ]
    assert (rule(other).level, rule(other).rule) == (rule(claims).level, rule(claims).rule)


@given(some_claims())
def test_without_a_mechanism_the_level_is_high_only_for_a_machine_abroad(
    claims: list[Claim],
) -> None:
    found = rule([each for each in claims if each.class_ != "mechanism"])
    assert found.level != "high" or found.rule.name == "H3"


@given(some_claims())
def test_identity_alone_and_distance_alone_never_pass_observe(claims: list[Claim]) -> None:
    weak = [each for each in claims if each.class_ in {"identity", "distance"}]
    assert rule(weak).level in {"clear", "observe"}
