"""From what was recognised to rows: what each tool is doing, and who is connected.

Pure but for what it asks of the System, and that only about processes that were recognised.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import msgspec

from agent.sensors import Named
from agent.sensors.remote_tools.doing import Doing, by_ports, doing, via
from agent.sensors.remote_tools.images import images
from agent.sensors.remote_tools.linux import pack
from agent.sensors.remote_tools.places import there
from agent.sensors.remote_tools.rows import Present, Session, Unattended
from agent.sensors.remote_tools.tools import FAINT, Tool, tools
from agent.system import Absent, Denied, Process, System
from signatures.matcher import Matcher
from signatures.shape import Signature
from signatures.shape import Unattended as UnattendedFact
from signatures.traces import ProcessImage
from wire.row import Row


def follow(system: System, named: tuple[Named, ...]) -> Iterator[Row]:
    """The rows of every control tool that was recognised by more than faint grounds."""
    for tool in tools(named):
        signature = pack().by_id(tool.signature)
        doing = _doing(system, tool, signature)
        yield Present(
            tool=tool.signature,
            name=tool.name,
            role=tool.role,
            installed=tool.installed,
            running=bool(doing.pids),
            listening=doing.listening,
            unattended=_unattended(system, signature, running=bool(doing.pids)),
            strength=tool.strength,
            grounds=tool.grounds,
        )
        if signature is not None:
            yield from _sessions(system, tool, signature, doing)


def _doing(system: System, tool: Tool, signature: Signature | None) -> Doing:
    images_hit = {
        (trace.name, trace.path, trace.arguments)
        for trace, hit in tool.hits
        if isinstance(trace, ProcessImage) and hit.strength not in FAINT
    }
    pids = frozenset(
        process.pid
        for process in (system.processes() if images_hit else ())
        if any(_key(image) in images_hit for image in images(process))
    )
    if not pids:
        return Doing(pids)
    try:
        held = frozenset[int]().union(*system.owned(pids).values())
    except Denied:
        ports = frozenset(signature.session.ports if signature else ())
        return by_ports(pids, ports, system.sockets())
    return doing(pids, held, system.sockets())


def _key(image: ProcessImage) -> tuple[str, str, tuple[str, ...]]:
    return image.name, image.path, image.arguments


def _unattended(system: System, signature: Signature | None, *, running: bool) -> Unattended:
    if signature is None or signature.unattended.shows == "unknown":
        return "unknown"
    if signature.unattended.shows == "always":
        return "yes" if running else "no"
    try:
        return "yes" if _set_up(system, signature.unattended) else "no"
    except Absent:  # deleted while we looked
        return "no"
    except Denied:
        return "unknown"


def _set_up(system: System, unattended: UnattendedFact) -> bool:
    found = [
        path
        for pattern in unattended.files
        if pattern.startswith("/")
        for path in there(system, pattern)
    ]
    if not unattended.line:
        return bool(found)
    return any(
        line.strip().startswith(unattended.line)
        for path in found
        for line in system.read(path).splitlines()
    )


def _sessions(system: System, tool: Tool, signature: Signature, doing: Doing) -> Iterator[Session]:
    if signature.session.shows == "accepted_connection" and doing.connected:
        interfaces = system.interfaces()
        peers = {(each.peer, each.port, via(each, interfaces)) for each in doing.connected}
        for peer, port, way in sorted(peers):
            yield Session(tool=tool.signature, name=tool.name, peer=peer, port=port, via=way)
    if _shows_in_processes(system, signature, doing):
        yield Session(tool=tool.signature, name=tool.name, peer="", port=0, via="unknown")


def _shows_in_processes(system: System, signature: Signature, doing: Doing) -> bool:
    if signature.session.shows != "process" or not doing.pids:
        return False
    return any(_lives(signature, process) for process in system.processes())


def _lives(signature: Signature, process: Process) -> bool:
    return any(_witness().in_session(signature.id, image) for image in images(process))


@cache
def _witness() -> Matcher:
    """A matcher that only knows which processes live during a session."""
    bare = tuple(
        msgspec.structs.replace(signature, indicators=())
        for signature in pack().signatures
        if signature.session.process
    )
    return Matcher(replace(pack(), signatures=bare))
