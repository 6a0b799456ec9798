"""Words for the pages: sentences for verdicts, times, and a row as labels and values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from markupsafe import Markup

from collector.api.documents import HostLine, RowDocument
from collector.labels import GAUGES, SYSTEMS, field_name, sensor_name
from collector.legible import legible
from collector.verdicts.situation import LOOKED, NO_BACKEND

LONG = 48
HASH = re.compile(r"[0-9a-f]{16,}|[A-Za-z0-9_-]{22}")
LONGEST = 1_200

HEADLINES: Mapping[str, str] = {
    "observe": "Something is noted, but not enough to say more.",
    "unseen": "We cannot tell.",
    "clear": "Nothing found.",
}
RESULTS: Mapping[str, str] = {
    "held": "held",
    "failed": "failed",
    "could not be tested": "untested",
}
"""How an innocent explanation fared, as a class of the style sheet."""

ORDER_ROWS = frozenset(
    {"report.gap", "report.skew", "report.refused", "report.epoch", "report.fork", "report.silence"}
)
"""Rows about the reports themselves, shown together."""


@dataclass(frozen=True)
class Value:
    """One field of a row in words."""

    label: str
    text: str
    long: bool
    hash: bool


def finalize(value: object) -> object:
    """What every page does with every text it did not write itself: makes it legible."""
    return (
        legible(value, LONGEST) if isinstance(value, str) and type(value) is not Markup else value
    )


def headline(host: HostLine) -> str:
    """The one sentence of a verdict."""
    return host.says or HEADLINES.get(host.level, HEADLINES["unseen"])


def sentence(text: str) -> str:
    """A phrase with a capital and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def values(row: RowDocument) -> tuple[Value, ...]:
    """A row's fields, without those that say nothing."""
    return tuple(_values(row.kind, row.fields))


def answer_values(row: Mapping[str, Any]) -> tuple[Value, ...]:
    """The fields of a row in an answer."""
    fields = {field: value for field, value in row.items() if field != "kind"}
    return tuple(_values(str(row["kind"]), fields))


def by_kind(rows: tuple[RowDocument, ...]) -> list[tuple[str, list[RowDocument]]]:
    """Rows gathered by their kind, in the order of kinds."""
    ordered = sorted(rows, key=lambda row: row.kind)
    return [(kind, list(some)) for kind, some in groupby(ordered, key=lambda row: row.kind)]


def about_reports(rows: tuple[RowDocument, ...]) -> tuple[RowDocument, ...]:
    """The rows about the reports themselves: gaps, clock, refused rows, forks, silence."""
    return tuple(row for row in rows if row.kind in ORDER_ROWS)


def machine(host: HostLine) -> str:
    """Maker, model and system in one line."""
    said = host.machine
    version = said.os_version
    system = version if version[:1].isalpha() else f"{SYSTEMS.get(said.os, said.os)} {version}"
    return " · ".join(filter(None, (f"{said.maker} {said.model}".strip(), system.strip())))


def called(host: HostLine) -> str:
    """What a host is called: its name, else its id."""
    return legible(host.name or host.host_id, 60)


def blind(host: HostLine) -> tuple[list[str], int]:
    """The sensors that could not look, and how many are switched off."""
    not_looking = [line for line in host.outcomes if line.ended not in LOOKED]
    off = [line for line in not_looking if line.ended == "off" and line.why != NO_BACKEND]
    return [sensor_name(line.sensor) for line in not_looking if line not in off], len(off)


def measure(name: str, value: float) -> str:
    """A gauge's value with its unit."""
    if name.endswith("_bytes"):
        return f"{value / 1_048_576:.1f} MiB" if value >= 1_048_576 else f"{value / 1024:.0f} KiB"
    return f"{value:g} s" if name.endswith("_s") else f"{value:g}"


def gauge_name(name: str) -> str:
    """What a gauge is called; an unknown one by its own name."""
    return GAUGES.get(name, name)


def when(at: datetime | None) -> str:
    """A moment to the minute, UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago a moment was, roughly."""
    if at is None:
        return "never"
    seconds = int((now - at).total_seconds())
    if seconds < 60:
        return "just now"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def _values(kind: str, fields: Mapping[str, Any]) -> Iterator[Value]:
    for field, value in fields.items():
        text = _text(value)
        if text:
            named = field_name(kind, field)
            yield Value(named, text, len(text) > LONG, HASH.fullmatch(text) is not None)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
