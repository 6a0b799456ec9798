from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.examples import REPORT_EXAMPLE, sealed
from wire import codec
from wire.codec import (
    Malformed,
    TooDeep,
    TooLarge,
    WireError,
    WrongVersion,
    decode,
    decode_envelope,
    decode_report,
    encode,
    read_row,
    unknown_fields,
)
from wire.envelope import REPORT, Envelope
from wire.question import Question
from wire.report import Gauge, Outcome, Report

ROW = msgspec.Raw(b'{"kind":"a.b"}')


def changed(**fields: object) -> bytes:
    return encode(msgspec.structs.replace(REPORT_EXAMPLE, **fields))


@pytest.mark.parametrize(
    ("payload", "fault", "place"),
    [
        (b"", Malformed, "$"),
        (b"not json", Malformed, "$"),
        (b"\xff\xfe", Malformed, "$"),
        (b"[]", Malformed, "$"),
        (b"{}", Malformed, "$"),
        (b'{"v":"1"}', Malformed, "$.v"),
        (changed(v=2), WrongVersion, "$.v"),
        (changed(seq=0), Malformed, "$.seq"),
        (changed(seq=2**53), Malformed, "$.seq"),
        (changed(at=-1), Malformed, "$.at"),
        (changed(at=2**40), Malformed, "$.at"),
        (changed(epoch="short"), Malformed, "$.epoch"),
        (changed(epoch="e" * 33), Malformed, "$.epoch"),
        (changed(prev="p" * 23), Malformed, "$.prev"),
        (changed(state=""), Malformed, "$.state"),
        (changed(replaces=("r",) * (codec.MAX_REPLACES + 1)), TooLarge, "$.replaces"),
        (
            changed(outcomes=(Outcome(sensor="a", ended="ok", rows=(ROW,) * 5_001),)),
            TooLarge,
            "$.outcomes",
        ),
        (
            encode(REPORT_EXAMPLE).replace(b'"ended":"ok"', b'"ended":"fine"'),
            Malformed,
            "$.outcomes[0].ended",
        ),
        (b" " * (codec.MAX_CALL + 1), TooLarge, ""),
    ],
)
def test_a_report_that_cannot_be_taken_names_the_field(
    payload: bytes, fault: type[WireError], place: str
) -> None:
    with pytest.raises(WireError) as caught:
        decode_report(payload)
    assert (type(caught.value), caught.value.place) == (fault, place)


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"v":' * 100_000, b'{"x":' + b"[" * 100_000])
def test_nesting_is_our_error_and_not_a_recursion_error(deep: bytes) -> None:
    with pytest.raises((TooDeep, Malformed)):
        decode_report(deep)
    with pytest.raises((TooDeep, Malformed)):
        read_row(deep[: codec.MAX_ROW])


def test_too_deep_is_said_where_the_shape_would_allow_it() -> None:
    with pytest.raises(TooDeep):
        decode_report(b'{"other":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_unknown_fields_are_ignored_and_counted() -> None:
    payload = encode(REPORT_EXAMPLE)[:-1] + b',"later":1,"much_later":{"a":[1]}}'
    assert decode_report(payload) == REPORT_EXAMPLE
    assert unknown_fields(payload) == 2


def test_an_unknown_field_of_any_message_is_ignored() -> None:
    data = b'{"id":"q","sensor":"usb","expires_in_s":1,"new":true}'
    assert decode(data, Question) == Question(id="q", sensor="usb", expires_in_s=1)


def test_an_envelope_has_one_signature_of_64_bytes() -> None:
    good = sealed(REPORT, b"{}")
    none = Envelope(REPORT, b"{}", ())
    short = Envelope(REPORT, b"{}", (msgspec.structs.replace(good.signatures[0], sig=bytes(63)),))
    two = Envelope(REPORT, b"{}", good.signatures * 2)
    assert decode_envelope(encode(good)) == good
    places = []
    for bad in (none, two, short):
        with pytest.raises(Malformed) as caught:
            decode_envelope(encode(bad))
        places.append(caught.value.place)
    assert places == ["$.signatures", "$.signatures", "$.signatures[0].sig"]


@pytest.mark.parametrize("payload", [b'"!!!"', b'"a"', b"5", b"null"])
def test_a_payload_that_is_not_base64_is_malformed(payload: bytes) -> None:
    line = b'{"payloadType":"x","payload":%b,"signatures":[]}' % payload
    with pytest.raises(Malformed):
        decode_envelope(line)


def test_a_row_is_flat_with_a_kind() -> None:
    raw = b'{"kind":"usb.device","port":"1-2","speed":1.5,"on":true,"no":null,"list":["a",1]}'
    kind, row = read_row(raw)
    assert kind == "usb.device"
    assert row["list"] == ("a", 1)


@pytest.mark.parametrize(
    ("raw", "fault", "place"),
    [
        (b'{"port":"1-2"}', Malformed, "$.kind"),
        (b'{"kind":5}', Malformed, "$.kind"),
        (b'{"kind":"usb"}', Malformed, "$.kind"),
        (b'{"kind":"Usb.device"}', Malformed, "$.kind"),
        (b'{"kind":"usb.device.more"}', Malformed, "$.kind"),
        (b'{"kind":".x"}', Malformed, "$.kind"),
        ('{"kind":"ü.x"}'.encode(), Malformed, "$.kind"),
        (b'{"kind":"a.b","c":{"d":1}}', Malformed, "$.c"),
        (b'{"kind":"a.b","c":[[1]]}', Malformed, "$.c"),
        (b"[1]", Malformed, "$"),
        (b'{"kind":"a.b","c":"%b"}' % (b"x" * codec.MAX_ROW), TooLarge, ""),
        (b'{"kind":"a.b","c":[%b]}' % b",".join([b"1"] * 513), TooLarge, "$.c"),
        (
            b'{"kind":"a.b",%b}' % b",".join(b'"f%d":1' % n for n in range(64)),
            TooLarge,
            "",
        ),
    ],
)
def test_a_row_that_is_no_row_is_refused_alone(
    raw: bytes, fault: type[WireError], place: str
) -> None:
    with pytest.raises(WireError) as caught:
        read_row(raw)
    assert (type(caught.value), caught.value.place) == (fault, place)


names = st.text(max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
rows = st.dictionaries(
    st.text(max_size=10), scalars | st.lists(scalars, max_size=4), max_size=5
).map(lambda fields: msgspec.Raw(msgspec.json.encode({**fields, "kind": "test.row"})))
reports = st.builds(
    Report,
    v=st.just(1),
    epoch=st.text("abc-_", min_size=22, max_size=22),
    seq=st.integers(1, 2**53 - 1),
    prev=st.sampled_from(["", "p" * 22]),
    state=st.just("s" * 22),
    at=st.integers(0, 2**40 - 1),
    full=st.booleans(),
    outcomes=st.lists(
        st.builds(
            Outcome,
            sensor=names,
            ended=st.sampled_from(["ok", "nothing", "denied", "failed", "off"]),
            why=names,
            rows=st.lists(rows, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    gauges=st.lists(
        st.builds(Gauge, name=names, value=st.floats(allow_nan=False, allow_infinity=False)),
        max_size=2,
    ).map(tuple),
    questions_seen=st.lists(names, max_size=2).map(tuple),
    replaces=st.lists(names, max_size=2).map(tuple),
)


@given(reports)
def test_a_report_survives_the_wire(report: Report) -> None:
    envelope = decode_envelope(encode(sealed(REPORT, encode(report))))
    again = decode_report(envelope.payload)
    assert again == report
    for outcome in again.outcomes:
        for raw in outcome.rows:
            assert read_row(bytes(raw))[0] == "test.row"


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_wire_error(data: bytes) -> None:
    for read in (decode_report, decode_envelope, read_row, unknown_fields):
        with suppress(WireError):
            read(data)
