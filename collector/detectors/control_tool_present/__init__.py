"""A tool that can drive this machine is here, and the company does not sanction it."""

from collections.abc import Iterator

from collector.detectors import Claim, Detector, View, words
from collector.detectors.reading import Reading
from collector.policy.shipped import WITH_THE_SYSTEM


class Present(Reading, frozen=True, tag="remote_tool.present"):
    """What is read of a tool that is here."""

    tool: str
    name: str = ""
    role: str = ""
    installed: bool = False
    running: bool = False
    grounds: tuple[str, ...] = ()


def detect(view: View) -> Iterator[Claim]:
    """One claim for each such tool, shown and never counted."""
    tools: dict[str, list[tuple[int, Present]]] = {}
    for seen in view.now(Present):
        row = seen.reading
        if row.role != "control" or row.tool in WITH_THE_SYSTEM:
            continue
        if not view.policy.is_sanctioned(row.tool):
            tools.setdefault(row.tool, []).append((seen.interval, row))
    for tool, rows in tools.items():
        yield Claim(
            detector="control_tool_present",
            about=tool,
            class_="mechanism",
            channel="tool",
            strength="C",
            because=_because([row for _interval, row in rows]),
            rows=tuple(interval for interval, _row in rows),
            technique="T1219.002",
        )


def _because(rows: list[Present]) -> str:
    name = words.name(rows[0].name or rows[0].tool)
    installed, running = any(r.installed for r in rows), any(r.running for r in rows)
    how = (["installed"] if installed else []) + (["running"] if running else [])
    state = f"is {words.listed(how)}" if how else "is here"
    grounds = words.listed(words.name(ground) for row in rows for ground in row.grounds)
    known = f" (known by {grounds})" if grounds else ""
    return f"{name} can drive this machine from elsewhere; it {state}, unsanctioned{known}"


DETECTOR = Detector("control_tool_present", (Present,), detect)
