"""The innocent explanations of each detector's claims, and how each is tested.

An explanation that holds is shown, and lowers nothing: a person decides. One that cannot be tested
says what is missing. The explanations stand in each detector's README in these words.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from collector.detectors import Claim, View
from collector.detectors.logins import SERVICES
from collector.detectors.reading import Reading
from collector.verdicts.verdict import Result, Tested


class Session(Reading, frozen=True, tag="remote_tool.session"):
    """Who is connected."""

    tool: str
    peer: str = ""


class Login(Reading, frozen=True, tag="session.login"):
    """Who is logged in to what ships with the system."""

    service: str
    origin: str = ""


class UsbDevice(Reading, frozen=True, tag="usb.device"):
    """What a USB device can do."""

    functions: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()


class Monitor(Reading, frozen=True, tag="display.monitor"):
    """Whether a monitor is a real one beside the machine."""

    width_mm: int = 0
    height_mm: int = 0
    internal: bool = False
    virtual: bool = False
    hits: tuple[str, ...] = ()


class Identity(Reading, frozen=True, tag="machine.identity"):
    """Which machine it says it is."""

    serial: str = ""
    installed_on: str = ""


READS: tuple[type[Reading], ...] = (Session, Login, UsbDevice, Monitor, Identity)


@dataclass(frozen=True)
class Answer:
    """How an explanation fared, and why."""

    result: Result
    because: str
    rows: tuple[int, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Explanation:
    """An innocent explanation in one sentence, and the test of it."""

    says: str
    test: Callable[[View, Claim], Answer]


def tested(view: View, claims: tuple[Claim, ...]) -> tuple[Tested, ...]:
    """Every explanation of every claim, tested."""
    return tuple(_tested(view, claims))


def _tested(view: View, claims: tuple[Claim, ...]) -> Iterator[Tested]:
    for claim in claims:
        for explanation in EXPLANATIONS.get(claim.detector, ()):
            answer = explanation.test(view, claim)
            yield Tested(
                claim.detector, claim.about, explanation.says, answer.result, answer.because,
                answer.rows, answer.missing,
            )  # fmt: skip


def _untested(because: str, missing: str) -> Callable[[View, Claim], Answer]:
    answer = Answer("could not be tested", because, missing=missing)
    return lambda _view, _claim: answer


def _not_sanctioned(_view: View, _claim: Claim) -> Answer:
    return Answer("failed", "policy does not sanction it")


def _nearby(view: View, claim: Claim) -> Answer:
    origins = _origins(view, claim.about)
    peers = [(origin.interval, _address(origin.address)) for origin in origins]
    known = [(interval, address) for interval, address in peers if address is not None]
    if not known:
        return Answer(
            "could not be tested", "no session of it names where it comes from",
            missing="remote_tools",
        )  # fmt: skip
    far = tuple(interval for interval, address in known if not address.is_private)
    if far:
        return Answer("failed", "a session comes from outside the laptop's own network", far)
    rows = tuple(interval for interval, _address in known)
    return Answer("held", "every session that names its origin comes from a private address", rows)


def _short(view: View, claim: Claim) -> Answer:
    rows = tuple(origin.interval for origin in _origins(view, claim.about))
    if claim.strength == "C" and rows:
        much = view.policy.session_minutes
        return Answer("held", f"no day has {much} minutes of sessions", rows)
    if rows or claim.detector == "control_tool_session":
        return Answer("failed", "a day has more minutes of sessions than policy takes for help")
    return Answer("could not be tested", "no session was seen", missing="remote_tools")


def _no_keyboard(view: View, claim: Claim) -> Answer:
    devices = [seen for seen in view.lately(UsbDevice) if claim.about in seen.reading.hits]
    typing = tuple(seen.interval for seen in devices if "keyboard" in seen.reading.functions)
    if typing:
        return Answer("failed", "the device can type", typing)
    rows = tuple(seen.interval for seen in devices)
    return Answer("held", "the device has no keyboard", rows)


def _named(_view: View, claim: Claim) -> Answer:
    if claim.strength == "A":
        return Answer("failed", "the device names itself, or carries what only such a device does",
                      claim.rows)  # fmt: skip
    return Answer("could not be tested", "what was recognised is also found on other devices",
                  claim.rows, "usb")  # fmt: skip


def _real_monitor(view: View, _claim: Claim) -> Answer:
    monitors = view.now(Monitor)
    real = tuple(seen.interval for seen in monitors if _is_real(seen.reading))
    if real:
        return Answer("held", "a real external monitor of its own size is attached too", real)
    if monitors:
        rows = tuple(seen.interval for seen in monitors)
        return Answer("failed", "no real external monitor is attached", rows)
    return Answer("could not be tested", "no monitor was reported", missing="displays")


def _restored(view: View, _claim: Claim) -> Answer:
    identities = view.all(Identity)
    serials = {seen.reading.serial for seen in identities if seen.reading.serial}
    rows = tuple(seen.interval for seen in identities)
    if len(serials) > 1:
        return Answer("failed", "the key was used from machines of different serial numbers", rows)
    return Answer("could not be tested", "one serial number was seen, which a copy may also say",
                  rows, "inventory")  # fmt: skip


@dataclass(frozen=True)
class _Origin:
    interval: int
    address: str


def _origins(view: View, tool: str) -> list[_Origin]:
    sessions = (
        _Origin(seen.interval, seen.reading.peer)
        for seen in view.lately(Session)
        if seen.reading.tool == tool
    )
    logins = (
        _Origin(seen.interval, seen.reading.origin)
        for seen in view.lately(Login)
        if seen.reading.service in SERVICES and SERVICES[seen.reading.service].ids[0] == tool
    )
    return sorted([*sessions, *logins], key=lambda origin: origin.interval)


def _is_real(monitor: Monitor) -> bool:
    return bool(
        monitor.width_mm and monitor.height_mm
        and not (monitor.internal or monitor.virtual or monitor.hits)
    )  # fmt: skip


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


_SANCTIONED = Explanation("It is the company's own support tool.", _not_sanctioned)
_PRESENCE = Explanation(
    "The owner is at the machine and uses it.",
    _untested("whether somebody is at the machine is not asked", "presence"),
)
_DECLARED = Explanation(
    "The device was declared for this machine.",
    _untested("there is no list of exceptions for single machines", "exceptions"),
)
_HELP = Explanation("Somebody was helped for a few minutes.", _short)
_NEARBY = Explanation("The owner reaches it from another machine at home.", _nearby)

EXPLANATIONS: Mapping[str, tuple[Explanation, ...]] = {
    "control_tool_present": (_SANCTIONED, _HELP),
    "control_tool_session": (_SANCTIONED, _HELP, _NEARBY),
    "control_tool_unattended": (_SANCTIONED, _NEARBY),
    "forked_agent": (
        Explanation("The disk was restored from an image of the same machine.", _restored),
    ),
    "kvm_display": (
        _PRESENCE,
        _DECLARED,
        Explanation("It is a capture card, a projector or an extender.", _named),
    ),
    "kvm_usb": (
        _PRESENCE,
        _DECLARED,
        Explanation("It is a developer's board that cannot type.", _no_keyboard),
        Explanation("It is a KVM switch on a desk with a real monitor.", _real_monitor),
    ),
}
