"""The agent's part of the company's policy: what it may look at, how often, what is sanctioned."""

import msgspec


class SensorPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one sensor is on, and for one that is marked off: who decided that, when and why.

    decided_by: a role, never a name. decided_on: an ISO date. basis: the legal ground.
    """

    on: bool
    decided_by: str = ""
    decided_on: str = ""
    basis: str = ""


class Landmark(msgspec.Struct, frozen=True, kw_only=True):
    """A host of known place to which the round trip is measured."""

    name: str
    address: str
    port: int


class AgentPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the collector asks of its agents; signed with the policy key, named by its etag.

    sense_s: seconds between two sweeps. next_report_s: seconds between two unchanged reports until
    a reply says otherwise. sensors: by name; one that is not named keeps its default. sanctioned:
    ids of the signatures whose rows do not leave the laptop.
    """

    v: int = 1
    sense_s: int = 60
    next_report_s: int = 300
    sensors: dict[str, SensorPolicy] = {}
    sanctioned: tuple[str, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
