"""Bytes to messages and back, within limits, with errors that name the place.

WireError
  Malformed      the peer's fault: not JSON, a field missing or of another type
  TooDeep        nested deeper than any message of ours
  TooLarge       over the size or the number of rows
  WrongVersion   a version that this side does not speak
"""

import re
from functools import lru_cache
from typing import TypeVar

import msgspec

from wire.envelope import Envelope
from wire.report import VERSION, Outcome, Report

MAX_CALL = 1024 * 1024
MAX_ROWS = 5_000
MAX_ROW = 16 * 1024
MAX_FIELDS = 64
MAX_ITEMS = 512
MAX_REPLACES = 20_000

Scalar = str | int | float | bool | None
Flat = dict[str, Scalar | tuple[Scalar, ...]]
T = TypeVar("T")


class WireError(ValueError):
    """A message that cannot be taken; `place` names the field."""

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.place = place


class Malformed(WireError):
    """Not JSON, or a field is missing or of another type."""


class TooDeep(WireError):
    """Nested deeper than any message of ours."""


class TooLarge(WireError):
    """Over the size, or over the number of rows."""


class WrongVersion(WireError):
    """A version that this side does not speak."""


_flat = msgspec.json.Decoder(Flat)
_value = msgspec.json.Decoder(Scalar | tuple[Scalar, ...])
_report = msgspec.json.Decoder(Report)
_envelope = msgspec.json.Decoder(Envelope)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])
_KIND = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")  # usb.device
_REPORT_FIELDS = frozenset(Report.__struct_fields__)


def encode(message: msgspec.Struct) -> bytes:
    """Any message of ours as JSON."""
    return msgspec.json.encode(message)


def decode(data: bytes, kind: type[T]) -> T:
    """JSON to a message of the given type; unknown fields are ignored."""
    return _bounded(msgspec.json.Decoder(kind), data)


def decode_envelope(data: bytes) -> Envelope:
    """One line of a call: an envelope with exactly one signature of 64 bytes."""
    envelope = _bounded(_envelope, data)
    if len(envelope.signatures) != 1:
        raise Malformed("exactly one signature is expected", "$.signatures")
    if len(envelope.signatures[0].sig) != 64:
        raise Malformed("a signature is 64 bytes", "$.signatures[0].sig")
    return envelope


def decode_report(payload: bytes) -> Report:
    """A report, with its version and counts checked; its rows are still bytes."""
    report = _bounded(_report, payload)
    _check(report)
    return report


def unknown_fields(payload: bytes) -> int:
    """How many fields of a report this side does not know: ignored, but counted."""
    return len(_bounded(_keys, payload).keys() - _REPORT_FIELDS)


def read_row(raw: bytes) -> tuple[str, Flat]:
    """A row's kind and fields, checked for shape: flat, a kind, scalars and lists of scalars."""
    if len(raw) > MAX_ROW:
        raise TooLarge(f"a row is at most {MAX_ROW} bytes")
    try:
        row = _bounded(_flat, raw)
    except Malformed as error:
        raise _misshapen(raw) or error from error
    kind = row.get("kind")
    if not isinstance(kind, str) or not _is_kind(kind):
        raise Malformed("a row has a kind such as usb.device", "$.kind")
    if len(row) > MAX_FIELDS:
        raise TooLarge(f"a row has at most {MAX_FIELDS} fields")
    if len(raw) > 2 * MAX_ITEMS:  # in fewer bytes no list can be too long
        _check_lists(row)
    return kind, row


def _misshapen(raw: bytes) -> Malformed | None:
    """The field that is not flat, which the decoder itself does not name."""
    try:
        fields = _bounded(_keys, raw)
    except Malformed:
        return None
    for name, value in fields.items():
        try:
            _value.decode(value)
        except msgspec.DecodeError:
            return Malformed("a field is a scalar or a list of scalars", f"$.{name}")
    return None


@lru_cache(maxsize=1024)
def _is_kind(kind: str) -> bool:
    return len(kind) <= 64 and _KIND.fullmatch(kind) is not None


def _check_lists(row: Flat) -> None:
    for name, value in row.items():
        if isinstance(value, tuple) and len(value) > MAX_ITEMS:
            raise TooLarge(f"a list has at most {MAX_ITEMS} items", f"$.{name}")


def _check(report: Report) -> None:
    if report.v != VERSION:
        raise WrongVersion(f"version {report.v} is not spoken here, {VERSION} is", "$.v")
    if not 1 <= report.seq < 2**53:
        raise Malformed("seq counts from 1", "$.seq")
    if not 0 <= report.at < 2**40:
        raise Malformed("at is Unix seconds", "$.at")
    if not 16 <= len(report.epoch) <= 32:
        raise Malformed("an epoch is 22 characters of base64url", "$.epoch")
    if len(report.prev) > 22:
        raise Malformed("a digest is 22 characters of base64url", "$.prev")
    if len(report.state) != 22:
        raise Malformed("a digest is 22 characters of base64url", "$.state")
    if len(report.replaces) > MAX_REPLACES:
        raise TooLarge(f"at most {MAX_REPLACES} digests are replaced", "$.replaces")
    if _rows(report.outcomes) > MAX_ROWS:
        raise TooLarge(f"a report has at most {MAX_ROWS} rows", "$.outcomes")


def _rows(outcomes: tuple[Outcome, ...]) -> int:
    return sum(len(outcome.rows) for outcome in outcomes)


def _bounded(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    if len(data) > MAX_CALL:
        raise TooLarge(f"a message is at most {MAX_CALL} bytes")
    try:
        return decoder.decode(data)
    except RecursionError as error:
        raise TooDeep("nested too deep", "$") from error
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at ")
        raise Malformed(why, place.strip("`") or "$") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"not JSON: {error}", "$") from error
