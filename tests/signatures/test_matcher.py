"""The matcher: what it recognises, what it says of it, and what that costs."""

from signatures.hit import Hit, Strength
from signatures.matcher import Matcher
from signatures.pack import packed
from signatures.shape import Condition, How, Indicator, Session, Signature
from signatures.traces import DisplayEdid, ProcessImage, UsbDescriptor


def condition(field: str, *values: str, how: How = "is") -> Condition:
    return Condition(field=field, how=how, values=values)


def indicator(
    *conditions: Condition, kind: str = "usb.descriptor", strength: Strength = "strong"
) -> Indicator:
    return Indicator(kind=kind, conditions=conditions, strength=strength, certainty="read")


def signature(
    *indicators: Indicator, id: str = "kvm.x", session: Session | None = None
) -> Signature:
    return Signature(
        id=id,
        name=id.upper(),
        role="control",
        technique="T1219",
        references=("here",),
        indicators=indicators,
        session=session or Session(),
    )


def matcher(*signatures: Signature, remembered: int = 100) -> Matcher:
    return Matcher(packed(signatures), remembered)


def hit(strength: Strength, *grounds: str, id: str = "kvm.x") -> Hit:
    return Hit(signature=id, name=id.upper(), role="control", strength=strength, grounds=grounds)


def test_nothing_recognised_gives_no_hit() -> None:
    asked = matcher(signature(indicator(condition("manufacturer", "PiKVM"))))
    assert asked.hits("usb.descriptor", {"manufacturer": "Logitech"}) == ()


def test_a_kind_that_no_sensor_makes_gives_no_hit() -> None:
    assert matcher(signature(indicator(condition("manufacturer", "PiKVM")))).hits("x.y", {}) == ()


def test_a_hit_names_its_ground() -> None:
    asked = matcher(signature(indicator(condition("manufacturer", "PiKVM"))))
    expected = (hit("strong", "manufacturer PiKVM"),)
    assert asked.hits("usb.descriptor", {"manufacturer": "pikvm"}) == expected


def test_all_conditions_of_an_indicator_must_hold() -> None:
    both = indicator(condition("manufacturer", "A"), condition("product", "B"))
    asked = matcher(signature(both))
    assert asked.hits("usb.descriptor", {"manufacturer": "A", "product": "C"}) == ()
    expected = (hit("strong", "manufacturer A and product B"),)
    assert asked.hits("usb.descriptor", {"manufacturer": "A", "product": "B"}) == expected


def test_one_value_of_a_list_suffices() -> None:
    asked = matcher(signature(indicator(condition("product", "A", "B"))))
    expected = (hit("strong", "product B"),)
    assert asked.hits("usb.descriptor", {"product": "B"}) == expected


def test_one_item_of_a_field_suffices() -> None:
    asked = matcher(signature(indicator(condition("interface_strings", "HID Interface"))))
    expected = (hit("strong", "interface string HID Interface"),)
    fields = {"interface_strings": ("CDC", "HID Interface")}
    assert asked.hits("usb.descriptor", fields) == expected


def test_numbers_compare_as_written() -> None:
    asked = matcher(signature(indicator(condition("speed_mbps", "480"))))
    assert asked.hits("usb.descriptor", {"speed_mbps": 480.0}) == (
        hit("strong", "speed in Mb/s 480"),
    )
    assert asked.hits("usb.descriptor", {"speed_mbps": 1.5}) == ()


def test_the_strongest_ground_decides_and_comes_first() -> None:
    asked = matcher(
        signature(
            indicator(condition("vendor_id", "1d6b"), strength="context"),
            indicator(condition("product", "PiKVM"), strength="decisive"),
        )
    )
    expected = (hit("decisive", "product PiKVM", "USB vendor 1d6b"),)
    assert asked.hits("usb.descriptor", {"vendor_id": "1d6b", "product": "PiKVM"}) == expected


def test_an_indicator_found_twice_is_one_ground() -> None:
    asked = matcher(signature(indicator(condition("interface_strings", "A", "B"))))
    hits = asked.hits("usb.descriptor", {"interface_strings": ("B", "A", "A")})
    assert hits == (hit("strong", "interface string A"),) or hits == (
        hit("strong", "interface string B"),
    )


def test_each_signature_has_its_own_hit_in_the_order_of_the_pack() -> None:
    asked = matcher(
        signature(indicator(condition("serial", "CAFEBABE")), id="kvm.b"),
        signature(indicator(condition("serial", "CAFE", how="startswith")), id="kvm.a"),
    )
    assert asked.hits("usb.descriptor", {"serial": "CAFEBABE"}) == (
        hit("strong", "serial beginning CAFE", id="kvm.a"),
        hit("strong", "serial CAFEBABE", id="kvm.b"),
    )


def test_a_trace_matches_like_its_fields() -> None:
    asked = matcher(signature(indicator(condition("name", "PiKVM"), kind="display.edid")))
    assert asked.hits_of(DisplayEdid(name="PiKVM")) == (hit("strong", "monitor name PiKVM"),)
    assert asked.hits_of(UsbDescriptor(product="PiKVM")) == ()


def test_what_was_seen_is_forgotten_in_the_end_and_answered_the_same() -> None:
    asked = matcher(
        signature(indicator(condition("name", "x11vnc"), kind="process.image")), remembered=4
    )
    names = ["x11vnc", *(f"p{number}" for number in range(20)), "x11vnc"]
    hits = [asked.hits_of(ProcessImage(name)) for name in names]
    assert hits[0] == hits[-1] == (hit("strong", "process x11vnc"),)
    assert not any(hits[1:-1])


def test_a_process_that_lives_only_during_a_session_is_told_apart() -> None:
    session = Session(
        shows="process", process=(condition("name", "rustdesk"), condition("arguments", "--cm"))
    )
    asked = matcher(signature(indicator(condition("product", "x")), session=session))
    assert asked.in_session("kvm.x", ProcessImage("rustdesk", "", ("rustdesk", "--cm")))
    assert not asked.in_session("kvm.x", ProcessImage("rustdesk", "", ("rustdesk", "--server")))
    assert not asked.in_session("kvm.y", ProcessImage("rustdesk", "", ("rustdesk", "--cm")))
