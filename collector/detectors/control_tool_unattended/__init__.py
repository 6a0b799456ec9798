"""An unsanctioned tool lets somebody in while nobody is at the keyboard."""

from collections.abc import Iterator

from collector.detectors import Claim, Detector, View, words
from collector.detectors.claim import Strength
from collector.detectors.reading import Reading

SURE = frozenset({"decisive", "strong", "moderate"})


class Present(Reading, frozen=True, tag="remote_tool.present"):
    """What is read of a tool that is here."""

    tool: str
    name: str = ""
    role: str = ""
    running: bool = False
    listening: tuple[int, ...] = ()
    unattended: str = "unknown"
    strength: str = ""


def detect(view: View) -> Iterator[Claim]:
    """One claim for each such tool; a tool that is hardly recognised is only shown."""
    tools: dict[str, list[tuple[int, Present]]] = {}
    for seen in view.now(Present):
        row = seen.reading
        if row.role != "control" or row.unattended != "yes":
            continue
        if not view.policy.is_sanctioned(row.tool):
            tools.setdefault(row.tool, []).append((seen.interval, row))
    for tool, rows in tools.items():
        sure = any(row.strength in SURE for _interval, row in rows)
        strength: Strength = "B" if sure else "C"
        yield Claim(
            detector="control_tool_unattended",
            about=tool,
            class_="mechanism",
            channel="tool",
            strength=strength,
            because=_because([row for _interval, row in rows]),
            rows=tuple(interval for interval, _row in rows),
            technique="T1219.002",
        )


def _because(rows: list[Present]) -> str:
    name = words.name(rows[0].name or rows[0].tool)
    ports = sorted({port for row in rows for port in row.listening})
    if ports:
        where = f" (listening on {words.listed(map(str, ports))})"
    else:
        where = "" if any(row.running for row in rows) else " (set up, not running now)"
    return f"{name} accepts viewers while nobody is at the keyboard{where}"


DETECTOR = Detector("control_tool_unattended", (Present,), detect)
