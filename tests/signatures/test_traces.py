"""Traces: what they carry, and that they have no way onto the wire."""

from inspect import Parameter, signature

import msgspec
import pytest

from signatures.traces import FIELDS, TRACES, ProcessImage
from wire.trace import Trace


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.kind)
def test_a_trace_cannot_be_encoded(trace: type[Trace]) -> None:
    needed = [
        name
        for name, given in signature(trace).parameters.items()
        if given.default is Parameter.empty
    ]
    made = trace(**dict.fromkeys(needed, ""))
    with pytest.raises(TypeError, match="is unsupported"):
        msgspec.json.encode(made)


def test_a_trace_gives_its_fields_by_name() -> None:
    image = ProcessImage("x11vnc", "/usr/bin/x11vnc", ("x11vnc", "-forever"))
    expected = {"name": "x11vnc", "path": "/usr/bin/x11vnc", "arguments": ("x11vnc", "-forever")}
    assert image.fields() == expected


def test_a_trace_shows_nothing_of_itself_in_a_log() -> None:
    assert repr(ProcessImage("secret")) == "<ProcessImage>"


def test_each_kind_of_trace_has_its_own_fields() -> None:
    assert len(FIELDS) == len(TRACES)
    assert FIELDS["service.unit"] == {"name"}
