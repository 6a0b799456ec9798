"""What on a Linux machine might be a remote-control tool: processes, services, files."""

from collections.abc import Iterator
from functools import cache

from agent.sensors.remote_tools.images import images
from agent.sensors.remote_tools.places import there, units
from agent.system import Denied, System
from signatures.pack import load
from signatures.traces import FilePath, ServiceUnit
from wire.trace import Trace

pack = cache(load)


@cache
def asked() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units and the paths that the pack asks about."""
    return pack().units("linux"), (*pack().paths("linux"), *pack().globs("linux"))


def sense(system: System) -> Iterator[Trace]:
    """Every process; and of services and files those that a signature asks about."""
    for process in system.processes():
        yield from images(process)
    services, patterns = asked()
    for unit in units(system, services):
        yield ServiceUnit(unit)
    for pattern in patterns:
        for path in _there(system, pattern):
            yield FilePath(path)


def _there(system: System, pattern: str) -> tuple[str, ...]:
    try:
        return there(system, pattern)
    except Denied:
        return ()
