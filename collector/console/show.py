"""What the operator sees in a terminal: tables and one host, with nothing that steers it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from collector.labels import (
    CAUSES,
    CLASSES,
    LEVELS,
    OUTCOMES,
    STRENGTHS,
    field_name,
    row_title,
    sensor_name,
)
from collector.legible import legible

Document = Mapping[str, Any]
COLOURS = {
    "high": "bold red",
    "review": "bold yellow",
    "observe": "blue",
    "unseen": "magenta",
    "clear": "green",
}
LOOKED = ("ok", "nothing")
NO_BACKEND = "no backend"


def text(words: object, style: str = "", limit: int = 300) -> Text:
    """A text from anywhere, made fit for a terminal; never read as rich's markup."""
    return Text(legible(words, limit), style=style)


def level(name: str) -> Text:
    """A level as people call it."""
    return text(LEVELS.get(name, name), COLOURS.get(name, ""))


def hosts(console: Console, page: Document) -> None:
    """The list of hosts."""
    if not page["hosts"]:
        console.print("no host matches")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("LEVEL", no_wrap=True)
    table.add_column("HOST", no_wrap=True, max_width=32)
    table.add_column("WHY", ratio=1, min_width=20)
    table.add_column("SEEN", no_wrap=True)
    table.add_column("CANNOT LOOK", min_width=12, max_width=26)
    for host in page["hosts"]:
        table.add_row(
            level(host["level"]),
            text(host["name"] or host["host_id"], "bold", 60),
            _why(host),
            text(ago(host["seen"])),
            text(_unable(host["outcomes"]), "dim"),
        )
    console.print(table)
    if page["next"]:
        console.print(text("there are more hosts; narrow the list with --level or --search", "dim"))


def host(console: Console, document: Document) -> None:
    """One host: the verdict first, then what it rests on, then what we cannot see."""
    line = document["host"]
    console.print()
    console.print(
        Text.assemble(
            level(line["level"]),
            "  ",
            text(line["name"] or line["host_id"], "bold"),
            "  ",
            text(_badges(line), "dim"),
        )
    )
    console.print(text(headline(line), "bold"))
    console.print(text(_sentence(line["why"])))
    for cap in document["verdict"]["caps"]:
        console.print(text(_sentence(cap)))
    console.print()
    _facts(console, line)
    _claims(console, document["claims"])
    _lines(console, "What would clear it", document["verdict"]["clears"])
    _lines(
        console,
        "What to ask next",
        [f"{sensor_name(one['sensor'])}: {one['why']}" for one in document["verdict"]["ask"]],
        [f"farmwatch ask {line['host_id']} {one['sensor']}" for one in document["verdict"]["ask"]],
    )
    _lines(console, "What we cannot see", list(_blind(document)) or ["every sensor could look"])
    _sensors(console, line["outcomes"])


def findings(console: Console, page: Document) -> None:
    """Findings, one line each, with their reasons."""
    if not page["findings"]:
        console.print(f"no findings after {page['last']}")
        return
    for one in page["findings"]:
        baseline = " (baseline)" if one["baseline"] else ""
        console.print(
            Text.assemble(
                text(f"{one['n']:>6}  {when(one['at'])}  ", "dim"),
                level(one["level"]),
                "  ",
                text(one["host_name"] or one["host_id"] or "all hosts", "bold", 60),
                "  ",
                text(f"{CAUSES.get(one['cause'], one['cause'])}{baseline}: {one['why']}"),
            )
        )
        for claim in one["claims"]:
            console.print(Padding(text(claim["because"], "dim"), (0, 0, 0, 8)))


def answer(console: Console, document: Document, one: Document) -> None:
    """What a host answered."""
    outcome = one["outcome"] or {"ended": "", "why": "", "rows": []}
    meaning = OUTCOMES.get(outcome["ended"], "")
    words = ": ".join(filter(None, (one["state"], meaning, outcome["why"])))
    console.print(text(f"{sensor_name(document['sensor'])} on {one['host_name']}: {words}"))
    for row in outcome["rows"]:
        _row(console, row["kind"], {key: row[key] for key in row if key != "kind"})


def headline(line: Document) -> str:
    """The one sentence of a verdict."""
    said = {
        "observe": "Something is noted, but not enough to say more.",
        "clear": "Nothing found.",
    }
    return str(line["says"] or said.get(line["level"], "We cannot tell."))


def when(at: str | None) -> str:
    """A moment to the minute, UTC."""
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC" if at else "never"


def ago(at: str | None) -> str:
    """How long ago a moment was, roughly."""
    if not at:
        return "never"
    seconds = (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def _why(line: Document) -> Text:
    because = line["because"]
    if not because:
        return text(_sentence(line["why"]), "dim")
    more = f" (and {len(because) - 1} more)" if len(because) > 1 else ""
    return text(because[0]) + Text(more, style="dim")


def _unable(sensors: Sequence[Document]) -> str:
    not_looking = [one for one in sensors if one["ended"] not in LOOKED]
    off = [one for one in not_looking if one["ended"] == "off" and one["why"] != NO_BACKEND]
    names = [sensor_name(one["sensor"]) for one in not_looking if one not in off]
    return ", ".join([*names, *([f"{len(off)} switched off"] if off else [])]) or "-"


def _badges(line: Document) -> str:
    machine = line["machine"]
    badges = {
        "baseline": line["baseline"],
        f"virtual ({machine['virtual'] or 'unnamed'})": machine["virtual"] is not None,
        "plays a recording": machine["recording"],
        "provisional": line["provisional"],
        "revoked": line["revoked"],
    }
    return ", ".join(badge for badge, worn in badges.items() if worn)


def _facts(console: Console, line: Document) -> None:
    machine = line["machine"]
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in (
        ("Level since", when(line["since"])),
        ("Last seen", when(line["seen"])),
        ("Machine", f"{machine['maker']} {machine['model']} {machine['os_version']}".strip()),
        ("Serial ends in", line["serial_tail"]),
        ("MDM device id", line["mdm_id"]),
        ("Host id", line["host_id"]),
    ):
        if value:
            table.add_row(name, text(value))
    console.print(table)


def _claims(console: Console, claims: Sequence[Document]) -> None:
    console.print(Text("\nWhy", style="bold"))
    if not claims:
        console.print(Padding("no claim is made about this machine", (0, 0, 0, 2)))
    for claim in claims:
        console.print(
            Padding(
                Text.assemble((f"{claim['strength']} ", "bold"), text(claim["because"])), (0, 2)
            )
        )
        counted = "" if claim["counted"] else ", not counted here"
        about = (
            f"{STRENGTHS[claim['strength']]}; {CLASSES[claim['class']].lower()}, "
            f"{claim['channel']}; {claim['technique']} since {when(claim['since'])}{counted}"
        )
        console.print(Padding(text(about, "dim"), (0, 4)))
        for row in claim["rows"]:
            _row(console, row["kind"], row["fields"])
        for tested in claim["innocent"]:
            words = f"{tested['result']}: {tested['explanation']} ({tested['because']})"
            console.print(Padding(text(words), (0, 4)))


def _row(console: Console, kind: str, fields: Document) -> None:
    said = [
        f"{field_name(kind, field)}: {_value(value)}"
        for field, value in fields.items()
        if _value(value)
    ]
    console.print(Padding(text(f"{row_title(kind)}  " + "; ".join(said), "dim", 1_000), (0, 4)))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return "" if value is None else legible(value, 80)


def _lines(console: Console, title: str, lines: Sequence[str], under: Sequence[str] = ()) -> None:
    if not lines:
        return
    console.print(Text(f"\n{title}", style="bold"))
    for index, line in enumerate(dict.fromkeys(lines)):
        console.print(Padding(text(line), (0, 2)))
        if index < len(under):
            console.print(Padding(text(under[index], "dim"), (0, 4)))


def _blind(document: Document) -> Iterable[str]:
    if not document["host"]["outcomes"]:
        yield "this host has not reported yet"
    for spot in document["blind"]:
        yield f"{sensor_name(spot['sensor'])}: {spot['ended']} {spot['why']}".rstrip()
    for one in document["cannot_tell"]:
        yield f"{one['detector']} cannot tell: {one['why']}"


def _sensors(console: Console, sensors: Sequence[Document]) -> None:
    if not sensors:
        return
    console.print(Text("\nHow each sensor ended", style="bold"))
    table = Table(box=None, show_header=False, padding=(0, 2))
    for one in sensors:
        table.add_row(
            text(sensor_name(one["sensor"])), text(one["ended"], "bold"), text(one["why"], "dim")
        )
    console.print(table)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")
