"""Somebody is, or for long was, connected to this machine through an unsanctioned tool."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from collector.detectors import CannotTell, Claim, Detector, Later, Said, View, words
from collector.detectors.days import Span, midnight, minutes_by_day
from collector.detectors.logins import SERVICES
from collector.detectors.reading import Reading, Seen

NAME = "control_tool_session"
TECHNIQUES = {
    "remote_access.rdp": "T1021.001",
    "remote_access.xrdp": "T1021.001",
    "remote_access.ssh": "T1021.004",
    "remote_access.screen_sharing": "T1021.005",
}


class Present(Reading, frozen=True, tag="remote_tool.present"):
    """What is read of a tool that is here."""

    tool: str
    role: str = ""


class Session(Reading, frozen=True, tag="remote_tool.session"):
    """What is read of a session of a tool."""

    tool: str
    name: str = ""
    peer: str = ""
    via: str = "unknown"


class Login(Reading, frozen=True, tag="session.login"):
    """What is read of a remote login to what ships with the system."""

    service: str
    origin: str = ""


@dataclass(frozen=True)
class _Session:
    tool: str
    name: str
    peer: str
    via: str
    when: "_When"


@dataclass(frozen=True)
class _When:
    interval: int
    span: Span
    now: bool


def detect(view: View) -> Iterator[Said]:
    """One claim for each tool: B for a day with many minutes, else C while somebody is in."""
    tools: dict[str, list[_Session]] = {}
    for session in (*_sessions(view), *_logins(view)):
        tools.setdefault(session.tool, []).append(session)
    for tool, sessions in tools.items():
        yield from _of_tool(view, tool, sorted(sessions, key=lambda each: each.when.interval))


def _sessions(view: View) -> Iterator[_Session]:
    others = {seen.reading.tool for seen in view.all(Present) if seen.reading.role != "control"}
    for seen in view.lately(Session):
        row = seen.reading
        if row.tool not in others and not view.policy.is_sanctioned(row.tool):
            name = words.name(row.name or row.tool)
            yield _Session(row.tool, name, row.peer, row.via, _when(view, seen))


def _logins(view: View) -> Iterator[_Session]:
    for seen in view.lately(Login):
        service = SERVICES.get(seen.reading.service)
        if service and not any(map(view.policy.is_sanctioned, service.ids)):
            origin = seen.reading.origin
            yield _Session(service.ids[0], service.name, origin, "unknown", _when(view, seen))


def _when(view: View, seen: Seen[Session] | Seen[Login]) -> _When:
    return _When(seen.interval, Span(seen.since, seen.until or view.at), seen.until is None)


def _of_tool(view: View, tool: str, sessions: list[_Session]) -> Iterator[Said]:
    zone, enough = view.policy.zone, view.policy.session_minutes
    today = view.at.astimezone(zone).date()
    first = today - timedelta(days=view.policy.claim_days)
    minutes = minutes_by_day((session.when.span for session in sessions), zone, first)
    long_days = sorted(day for day, much in minutes.items() if much >= enough)
    now = [session for session in sessions if session.when.now]
    if now:
        yield Later(view.at + _until_long(view, minutes.get(today, 0.0)))
    if long_days:
        day = long_days[-1]
        yield Later(midnight(day + timedelta(days=view.policy.claim_days + 1), zone))
        yield _long(view, tool, sessions, day)
        yield CannotTell(
            NAME,
            "whether sessions fill half of the laptop's awake time: no sensor says how long it is "
            "awake",
        )
    elif now:
        yield _claim(tool, "C", f"{now[0].name} is in session now{_from(now)}, "
                     f"since {words.moment(now[0].when.span.since)}", now)  # fmt: skip


def _until_long(view: View, today: float) -> timedelta:
    """How long a session that goes on needs for the next long day: this one, or tomorrow."""
    zone, enough = view.policy.zone, view.policy.session_minutes
    tomorrow = midnight(view.at.astimezone(zone).date() + timedelta(days=1), zone)
    next_day = tomorrow + timedelta(minutes=enough) - view.at
    return next_day if today >= enough else min(timedelta(minutes=enough - today), next_day)


def _long(view: View, tool: str, sessions: list[_Session], day: date) -> Claim:
    begin = midnight(day, view.policy.zone)
    end = midnight(day + timedelta(days=1), view.policy.zone)
    those = [
        each for each in sessions if each.when.span.since < end and each.when.span.until > begin
    ]
    still = "; it is in session now" if any(each.when.now for each in sessions) else ""
    because = (
        f"{those[0].name} let somebody in for at least {view.policy.session_minutes} minutes on "
        f"{day}{_from(those)}{still}"
    )
    return _claim(tool, "B", because, sessions)


def _claim(tool: str, strength: str, because: str, sessions: list[_Session]) -> Claim:
    return Claim(
        detector=NAME,
        about=tool,
        class_="mechanism",
        channel="session",
        strength="B" if strength == "B" else "C",
        because=because,
        rows=tuple(session.when.interval for session in sessions),
        technique=TECHNIQUES.get(tool, "T1219.002"),
    )


def _from(sessions: list[_Session]) -> str:
    peers = [words.name(session.peer) for session in sessions if session.peer]
    ways = {session.via for session in sessions}
    if peers:
        return f" from {words.listed(peers)}" + (" through a tunnel" if ways == {"tunnel"} else "")
    return " through a relay" if ways == {"relayed"} else ""


DETECTOR = Detector(NAME, (Present, Session, Login), detect)
