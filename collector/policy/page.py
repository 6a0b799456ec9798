"""policy.yaml to a policy: every key checked, all faults at once."""

from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.policy import Baseline, Cadence, Caps, Landmark, Policy, Retention, Sanction
from collector.policy.nodes import Faults, Page, Place
from collector.policy.sensors import OFF, ON
from collector.policy.shipped import WITH_THE_SYSTEM
from wire.policy import SensorPolicy

__all__ = ["Faults", "parse"]

KEYS = (
    "sanctioned", "cadence", "landmarks", "sensors", "judge_virtual", "baseline", "caps",
    "retention_days", "claim_days", "session_minutes", "silent_days", "timezone",
)  # fmt: skip


def parse(text: str, name: str = "policy.yaml", tools: Collection[str] | None = None) -> Policy:
    """The policy that a page says; raises Faults with all that is wrong.

    tools: the ids that may be sanctioned, of the pack in use; none when they are not known.
    """
    page = Page(name)
    top = page.mapping(page.root(text), KEYS)
    shipped = Policy()
    policy = Policy(
        sanctioned=_sanctioned(page, top.get("sanctioned"), tools),
        cadence=_cadence(page, top.get("cadence")),
        landmarks=_landmarks(page, top.get("landmarks")),
        sensors=_sensors(page, top.get("sensors")),
        judge_virtual=page.yes(top.get("judge_virtual"), default=shipped.judge_virtual),
        baseline=_baseline(page, top.get("baseline")),
        caps=_caps(page, top.get("caps")),
        retention=_retention(page, top.get("retention_days")),
        claim_days=page.integer(top.get("claim_days"), shipped.claim_days, 0, 90),
        session_minutes=page.integer(top.get("session_minutes"), shipped.session_minutes, 1, 1440),
        silent_days=page.integer(top.get("silent_days"), shipped.silent_days, 1, 90),
        timezone=_timezone(page, top.get("timezone"), shipped.timezone),
    )
    _together(page, top, policy)
    page.check()
    return policy


def _sanctioned(
    page: Page, place: Place | None, tools: Collection[str] | None
) -> tuple[Sanction, ...]:
    found: dict[str, Sanction] = {}
    known = None if tools is None else sorted({*tools, *WITH_THE_SYSTEM})
    for item in page.items(place):
        entry = page.mapping(item, ("tool", "reason"))
        if not entry:
            page.wrong(item, "must name a tool (tool: remote_access.anydesk)")
            continue
        tool = _required(page, item, entry, "tool")
        if tool in found:
            page.wrong(item, f"{tool} is given twice")
        elif tool and known is not None and tool not in known:
            near = get_close_matches(tool, known, n=1)
            page.wrong(
                item,
                f"no signature is called {tool}" + (f"; did you mean {near[0]}?" if near else ""),
            )
        found[tool] = Sanction(tool, page.text(entry.get("reason")))
    return tuple(found.values())


def _cadence(page: Page, place: Place | None) -> Cadence:
    entry = page.mapping(place, ("sense_s", "next_report_s"))
    shipped = Cadence()
    return Cadence(
        page.integer(entry.get("sense_s"), shipped.sense_s, 1, 3600),
        page.integer(entry.get("next_report_s"), shipped.next_report_s, 1, 86_400),
    )


def _landmarks(page: Page, place: Place | None) -> tuple[Landmark, ...]:
    found = []
    for item in page.items(place):
        entry = page.mapping(item, ("host", "place", "source", "port"))
        host = _required(page, item, entry, "host")
        where = _required(page, item, entry, "place")
        port = page.integer(entry.get("port"), 443, 1, 65_535)
        found.append(Landmark(host, where, page.text(entry.get("source")), port))
    return tuple(found)


def _sensors(page: Page, place: Place | None) -> dict[str, SensorPolicy]:
    known = sorted(ON | OFF)
    return {name: _sensor(page, entry, name) for name, entry in page.mapping(place, known).items()}


def _sensor(page: Page, place: Place, name: str) -> SensorPolicy:
    entry = page.mapping(place, ("on", "decided_by", "decided_on", "basis"))
    if "on" not in entry:
        page.wrong(place, "must say on: true or on: false")
    on = page.yes(entry.get("on"), default=False)
    day = page.day(entry.get("decided_on"))
    by, basis = page.text(entry.get("decided_by")), page.text(entry.get("basis"))
    if on and name in OFF:
        for key, value in (("decided_by", by), ("decided_on", day), ("basis", basis)):
            if not value and not (key in entry and value == date.min):
                page.wrong(place, f"is off as shipped; to switch it on, {key} must be said")
    return SensorPolicy(
        on=on, decided_by=by, decided_on=day.isoformat() if day else "", basis=basis
    )


def _baseline(page: Page, place: Place | None) -> Baseline:
    entry = page.mapping(place, ("days", "start"))
    days = page.integer(entry.get("days"), Baseline().days, 0, 365)
    return Baseline(days, page.day(entry.get("start")))


def _caps(page: Page, place: Place | None) -> Caps:
    entry = page.mapping(place, ("review_share", "review_least"))
    shipped = Caps()
    return Caps(
        page.number(entry.get("review_share"), shipped.review_share, 0.0, 1.0),
        page.integer(entry.get("review_least"), shipped.review_least, 5, 1_000_000),
    )


def _retention(page: Page, place: Place | None) -> Retention:
    entry = page.mapping(place, ("rows", "claims", "findings"))
    shipped = Retention()
    return Retention(
        page.integer(entry.get("rows"), shipped.rows, 1, 3650),
        page.integer(entry.get("claims"), shipped.claims, 1, 3650),
        page.integer(entry.get("findings"), shipped.findings, 1, 3650),
    )


def _timezone(page: Page, place: Place | None, default: str) -> str:
    name = page.text(place, default)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if place is not None:
            page.wrong(place, f"no time zone is called {name!r}; an example is Europe/Berlin")
        return default
    return name


def _together(page: Page, top: dict[str, Place], policy: Policy) -> None:
    longest = max(policy.claim_days, policy.silent_days)
    if policy.retention.rows < longest:
        place = top.get("retention_days") or top.get("claim_days") or top["silent_days"]
        page.wrong(
            place, f"rows must be kept at least {longest} days, as claim_days and silent_days ask"
        )


def _required(page: Page, place: Place, entry: dict[str, Place], key: str) -> str:
    if key not in entry:
        page.wrong(place, f"must have a {key}")
        return ""
    value = page.text(entry[key])
    if not value.strip():
        page.wrong(entry[key], "must not be empty")
    return value
