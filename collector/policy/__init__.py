"""What the company allows and wants, as values; the defaults are the policy that we ship."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from wire.policy import AgentPolicy, SensorPolicy
from wire.policy import Landmark as AgentLandmark


@dataclass(frozen=True)
class Sanction:
    """A tool that the company uses, by its signature's id, and why."""

    tool: str
    reason: str = ""


@dataclass(frozen=True)
class Cadence:
    """How often an agent senses, and how often it reports when nothing changes."""

    sense_s: int = 60
    next_report_s: int = 300


@dataclass(frozen=True)
class Landmark:
    """A host of known place that latency is measured against, and where that is known from."""

    host: str
    place: str
    source: str = ""
    port: int = 443


@dataclass(frozen=True)
class Baseline:
    """The first days of a tenant, in which `review` is shown and polled but not pushed.

    start: none counts from the first enrolment. days: 0 for no baseline.
    """

    days: int = 14
    start: date | None = None

    def covers(self, at: datetime, first_enrolment: datetime | None) -> bool:
        """Whether a moment lies in the baseline."""
        start = self.start or (first_enrolment.date() if first_enrolment else None)
        if start is None:
            return False
        return at.date() < start + timedelta(days=self.days)


@dataclass(frozen=True)
class Caps:
    """How many new findings at `review` a day may bring: a share of the hosts, and at least."""

    review_share: float = 0.01
    review_least: int = 5

    def review(self, hosts: int) -> int:
        """The cap for so many hosts."""
        return max(self.review_least, int(hosts * self.review_share))


@dataclass(frozen=True)
class Retention:
    """How many days ended rows, claims and verdicts, and findings are kept."""

    rows: int = 30
    claims: int = 90
    findings: int = 365


@dataclass(frozen=True)
class Policy:
    """The whole policy.

    claim_days: how long what has ended is still evidence. session_minutes: so many incoming
    minutes in one day count. silent_days: after so long a blind or silent host is `unseen`.
    """

    sanctioned: tuple[Sanction, ...] = ()
    cadence: Cadence = field(default_factory=Cadence)
    landmarks: tuple[Landmark, ...] = ()
    sensors: Mapping[str, SensorPolicy] = field(default_factory=dict)
    judge_virtual: bool = False
    baseline: Baseline = field(default_factory=Baseline)
    caps: Caps = field(default_factory=Caps)
    retention: Retention = field(default_factory=Retention)
    claim_days: int = 7
    session_minutes: int = 30
    silent_days: int = 3
    timezone: str = "UTC"

    def is_sanctioned(self, tool: str) -> bool:
        """Whether the company uses this tool."""
        return any(tool == sanction.tool for sanction in self.sanctioned)

    @property
    def window(self) -> timedelta:
        """How far back a view reaches: for evidence, and for how long a sensor was blind."""
        return timedelta(days=max(self.claim_days, self.silent_days))

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days are counted."""
        return ZoneInfo(self.timezone)

    def agent_part(self) -> AgentPolicy:
        """What of it the agents are told."""
        return AgentPolicy(
            sense_s=self.cadence.sense_s,
            next_report_s=self.cadence.next_report_s,
            sensors=dict(self.sensors),
            sanctioned=tuple(sanction.tool for sanction in self.sanctioned),
            landmarks=tuple(
                AgentLandmark(name=landmark.place, address=landmark.host, port=landmark.port)
                for landmark in self.landmarks
            ),
        )
