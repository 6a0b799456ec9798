"""The command `farmwatch-agent`: what a person or a service manager asks of the agent."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent import assembly, spool
from agent import identity as identities
from agent.assembly import Place, say
from agent.disk import DiskFault, store
from agent.ending import Ending
from agent.enrol import Enroller, EnrolmentFault
from agent.identity import IdentityFault, NotEnrolled
from agent.lock import LockFault, alone
from agent.options import BadOptions, Options, read
from agent.policy import off
from agent.sensors import sensors
from agent.state import Held, digest_of, whole
from agent.system.recorded import RecordingFault
from agent.transport import TransportFault, address, pinned
from agent.uplink import plain
from wire.policy import AgentPolicy
from wire.report import VERSION, Report

if TYPE_CHECKING:
    from agent.doctor import Check

GOOD, BAD, WRONG, REVOKED = 0, 1, 2, 3
CA = "ca.pem"


def main() -> None:
    """Runs one command and ends the process with its code."""
    code = command(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has seen enough; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def command(words: list[str]) -> int:
    """Runs one command; says its exit code."""
    try:
        options = read(words, assembly.wall())
        return COMMANDS[options.command](options)
    except BadOptions as bad:
        return _wrong(*bad.faults)
    except (
        DiskFault,
        IdentityFault,
        EnrolmentFault,
        LockFault,
        TransportFault,
        RecordingFault,
    ) as fault:
        return _wrong(str(fault))
    except BrokenPipeError:
        return GOOD
    except OSError as error:
        return _wrong(f"{error.filename or 'the system'}: {(error.strerror or 'refused').lower()}")


def run(options: Options) -> int:
    """Works until it is told to end."""
    ending = Ending(signal.SIGTERM, signal.SIGINT)
    place = _place(options)
    place.disk.make("")
    with alone(options.data):
        runner = assembly.runner(place, say)
        say(f"running in {options.data}, {len(sensors())} sensors")
        for name in sorted(options.ceiling - {sensor.name for sensor in sensors()}):
            say(f"the ceiling names {name}, a sensor that this version does not have")
        if runner.run(ending.wait):
            say("ended as asked")
            return GOOD
    return REVOKED


def once(options: Options) -> int:
    """Prints the report that it would send, with all rows; sends and changes nothing."""
    from agent import glance  # only the resident agent must stay small

    place = _place(options)
    seen = spool.peek(place.disk)
    sweep = glance.looked(place, say)
    report = Report(
        v=VERSION,
        epoch=seen.epoch,
        seq=seen.seq + 1,
        prev=seen.digest,
        state=digest_of(sweep.state),
        at=int(assembly.wall().timestamp()),
        full=True,
        outcomes=whole(sweep.state),
        gauges=sweep.gauges,
    )
    text = msgspec.json.encode(report)
    if sys.stdout.isatty() and not options.json:
        text = msgspec.json.format(text, indent=2)
    _print(text.decode())
    return GOOD


def enrol(options: Options) -> int:
    """Makes this laptop a host of a collector."""
    disk = _place(options).disk
    disk.make("")
    with alone(options.data):
        try:
            known = identities.load(disk)
        except NotEnrolled:
            known = None
        if known and not options.anew:
            say(f"enrolled already as host {known.host_id} at {known.url}; --anew makes a new one")
            return GOOD if known.url == options.url else WRONG
        ca = _certificate(options)
        with closing(assembly.uplink(_place(options), options.url, ca)) as uplink:
            identity = Enroller(disk, uplink).enrol(options.url, options.token, ca)
        if known:
            assembly.start_anew(disk, identity, say)
    _print(f"enrolled as host {identity.host_id}")
    return GOOD


def show(options: Options) -> int:
    """Prints all that was sent, newest last."""
    from agent import sent, show  # only the resident agent must stay small

    since = options.since or assembly.wall() - sent.KEPT
    everything = sent.sent(_place(options).disk, since)
    for line in show.lines(everything) if options.json else show.told(everything):
        _print(line)
    return GOOD


def list_sensors(options: Options) -> int:
    """Lists the sensors: what they need, whether they run, and how the last run ended."""
    place = _place(options)
    state = spool.peek(place.disk).state
    policy = _policy(place)
    rows = [
        {
            "sensor": sensor.name,
            "default": "on" if sensor.on else "off",
            "privileges": sensor.privileges,
            "last": _last(state.get(sensor.name)) or off(sensor, policy, place.ceiling),
        }
        for sensor in sensors()
    ]
    if options.json:
        _print(msgspec.json.encode(rows).decode())
        return GOOD
    for line in _table(rows):
        _print(line)
    return GOOD


def record(options: Options) -> int:
    """Writes down what this machine says to every sensor, scrubbed."""
    from agent import glance  # only the resident agent must stay small

    page = glance.recorded(_place(options), "what is special about this machine", say)
    if options.file:
        options.file.write_text(page, encoding="utf-8")
        say(f"{options.file}: read it as if it were your own laptop before you give it away")
    return GOOD


def diagnose(options: Options) -> int:
    """Looks at everything that the agent needs."""
    good = True
    for check in _checks(options):
        _print(str(check))
        good = good and check.good
    return GOOD if good else BAD


def _checks(options: Options) -> "Iterator[Check]":
    from agent import doctor, glance  # only the resident agent must stay small

    place = _place(options)
    writable = doctor.folder(place.disk, str(options.data))
    yield writable
    identity, check = doctor.enrolled(place.disk)
    yield check
    if identity and writable.good:
        url = options.url or identity.url
        yield from doctor.collector(partial(assembly.uplink, place), url, identity.ca)
    sweep = glance.looked(place, _quiet)
    if identity:
        yield doctor.policy(assembly.keeper(place, identity.policy_key))
    yield from doctor.waiting(place.disk)
    yield from doctor.senses(sensors(), sweep.state)


def _place(options: Options) -> Place:
    return Place(options.data, options.url, options.recording, options.ceiling)


def _policy(place: Place) -> AgentPolicy:
    try:
        return assembly.keeper(place, identities.load(place.disk).policy_key).policy
    except NotEnrolled:
        return AgentPolicy()


def _certificate(options: Options) -> str:
    """Keeps the certificate that the collector's must lead to; says its name in the folder."""
    if not options.ca:
        return ""
    algorithm, _, fingerprint = options.ca.partition(":")
    if algorithm == "sha256" and fingerprint:
        pem = pinned(address(options.url), fingerprint)
    else:
        pem = Path(options.ca).read_text(encoding="utf-8")
    store(_place(options).disk, CA, pem.encode())
    return CA


def _last(held: Held | None) -> str:
    if held is None:
        return ""
    outcome = held.outcome
    return f"{outcome.ended}: {plain(outcome.why)}" if outcome.why else outcome.ended


def _table(rows: list[dict[str, str]]) -> Iterator[str]:
    heads = tuple(rows[0]) if rows else ()
    lines = [heads, *(tuple(row.values()) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        yield "  ".join(
            word.ljust(width) for word, width in zip(line, widths, strict=True)
        ).rstrip()


def _quiet(_: str) -> None:
    pass


def _print(text: str) -> None:
    if sys.stdout.isatty():  # what others wrote must not steer the terminal
        text = "\n".join(plain(line, len(line)) for line in text.split("\n"))
    sys.stdout.write(text + "\n")


def _wrong(*faults: str) -> int:
    for fault in faults:
        sys.stderr.write(f"farmwatch-agent: {fault}\n")
    return WRONG


COMMANDS: dict[str, Callable[[Options], int]] = {
    "run": run,
    "once": once,
    "enrol": enrol,
    "show": show,
    "sensors": list_sensors,
    "record": record,
    "doctor": diagnose,
}
