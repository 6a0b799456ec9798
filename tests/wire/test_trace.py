from typing import ClassVar

import msgspec
import pytest

from wire.report import Outcome
from wire.trace import Trace


class Program(Trace):
    __slots__ = ("path",)
    kind: ClassVar[str] = "test.program"

    def __init__(self, path: str) -> None:
        self.path = path


TRACE = Program("/home/somebody/private")


@pytest.mark.parametrize(
    "message",
    [TRACE, [TRACE], {"row": TRACE}, Outcome(sensor="usb", ended="ok", rows=(TRACE,))],  # type: ignore[arg-type]
)
def test_a_trace_has_no_way_onto_the_wire(message: object) -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(message)


def test_a_trace_shows_nothing_of_what_it_saw() -> None:
    assert repr(TRACE) == "<Program>"
    assert not hasattr(TRACE, "__dict__")


def test_a_trace_gives_its_fields_to_the_matcher() -> None:
    assert TRACE.fields() == {"path": "/home/somebody/private"}
