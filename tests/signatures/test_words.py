"""Grounds: in our own words, never in the laptop's."""

from signatures.shape import Condition, Indicator
from signatures.traces import FIELDS
from signatures.words import LABELS, ground


def indicator(*conditions: Condition, kind: str = "usb.descriptor", words: str = "") -> Indicator:
    return Indicator(
        kind=kind, conditions=conditions, strength="strong", certainty="read", ground=words
    )


def test_each_field_of_each_trace_has_a_word() -> None:
    assert set(LABELS) == {(kind, field) for kind, fields in FIELDS.items() for field in fields}


def test_conditions_are_joined() -> None:
    maker = Condition(field="manufacturer", values=("PiKVM",))
    product = Condition(field="product", values=("PiKVM Composite Device",))
    said = ground(indicator(maker, product), ("PiKVM", "PiKVM Composite Device"))
    assert said == "manufacturer PiKVM and product PiKVM Composite Device"


def test_a_hash_is_cut_to_what_a_person_compares() -> None:
    skeleton = Condition(field="skeleton", values=("f91f24a9a000e392",))
    said = ground(indicator(skeleton, kind="display.edid"), ("f91f24a9a000e392",))
    assert said == "EDID skeleton f91f24a9"


def test_the_way_of_comparing_is_said() -> None:
    path = Condition(field="path", how="startswith", values=("/opt/teamviewer/",))
    said = ground(indicator(path, kind="process.image"), ("/opt/teamviewer/",))
    assert said == "program beginning /opt/teamviewer/"


def test_own_words_win() -> None:
    serial = Condition(field="serial", values=("CAFEBABE",))
    said = ground(indicator(serial, words="serial of the family"), ("CAFEBABE",))
    assert said == "serial of the family"
