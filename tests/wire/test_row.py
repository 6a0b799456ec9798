from wire.codec import read_row
from wire.row import Row, encode_row, kind_of


class Lamp(Row, frozen=True, tag="test.lamp"):
    colour: str
    hits: tuple[str, ...] = ()


def test_a_row_is_written_with_its_kind_first_and_without_its_defaults() -> None:
    assert bytes(encode_row(Lamp(colour="red"))) == b'{"kind":"test.lamp","colour":"red"}'


def test_a_row_is_read_as_it_was_written() -> None:
    raw = bytes(encode_row(Lamp(colour="red", hits=("a", "b"))))
    assert read_row(raw) == (
        "test.lamp",
        {"kind": "test.lamp", "colour": "red", "hits": ("a", "b")},
    )


def test_a_row_knows_its_kind() -> None:
    assert kind_of(Lamp(colour="red")) == "test.lamp"
