"""Remote logins on Linux, from three witnesses: logind's session files, utmp, and sshd's sockets.

Not every system has each of them (Debian 13 has no utmp, a container no logind), so what any of
them says is taken, and one login that several tell of is one row.
"""

import re
from collections.abc import Iterator

from agent.sensors.sessions.logind import Session, origin, remote
from agent.sensors.sessions.rows import Login
from agent.sensors.sessions.utmp import Record, logins
from agent.system import Absent, Denied, Process, Socket, System
from wire.row import Row

SESSIONS = "/run/systemd/sessions"
UTMP = ("/run/utmp", "/var/run/utmp")
SSHD = frozenset({"sshd", "sshd-session", "sshd-auth"})
SSH = 22

# sshd: alice@pts/0   sshd-session: alice@notty   (before the login: sshd: alice [priv])
LOGGED_IN = re.compile(r"^sshd(?:-session)?: [^\[\]]+@")

# 192.0.2.7 via mosh [1234]
MOSH = re.compile(r"^(?P<host>\S+) via mosh \[\d+\]$")


def sense(system: System) -> Iterator[Row]:
    """The remote logins."""
    processes = system.processes()
    found = {*_from_logind(system), *_from_utmp(system, processes), *_from_sshd(system, processes)}
    named = {session.origin for session in found if session.service != "other"}
    yield from (
        Login(service=session.service, origin=session.origin)
        for session in sorted(found, key=lambda each: (each.service, each.origin))
        if session.service != "other" or session.origin not in named
    )


def told(record: Record, sshd: frozenset[int]) -> Session | None:
    """What a login record tells, if it came from elsewhere; `sshd` are the pids of its children."""
    mosh = MOSH.match(record.host)
    host = mosh["host"] if mosh else record.host
    if not record.address and (not host or host.startswith((":", "tmux(", "screen", "login"))):
        return None  # the console, an X display of this machine, a terminal inside a terminal
    came_from = origin(record.address or host)
    return Session("ssh" if mosh or record.pid in sshd else "other", came_from)


def accepted(
    sockets: tuple[Socket, ...], held: frozenset[int] | None, ports: frozenset[int]
) -> Iterator[Socket]:
    """Connections that sshd has let in; `held` are its inodes, None when we may not know them."""
    listening = {
        socket.port
        for socket in sockets
        if socket.state == "listen" and held is not None and socket.inode in held
    }
    for socket in sockets:
        theirs = held is None or socket.inode in held
        if socket.state == "established" and theirs and socket.port in ports | listening:
            yield socket


def _from_logind(system: System) -> Iterator[Session]:
    try:
        names = system.list(SESSIONS)
    except Absent:
        return
    for name in names:
        if name.endswith(".ref"):
            continue
        try:
            session = remote(system.read(f"{SESSIONS}/{name}"))
        except Absent:  # logged out while we looked
            continue
        if session:
            yield session


def _from_utmp(system: System, processes: tuple[Process, ...]) -> Iterator[Session]:
    alive = {process.pid for process in processes}
    sshd = frozenset(process.pid for process in processes if process.name in SSHD)
    for path in UTMP:
        try:
            records = logins(system.read_bytes(path))
        except Absent:
            continue
        for record in records:
            session = told(record, sshd) if record.pid in alive else None
            if session:
                yield session
        return


def _from_sshd(system: System, processes: tuple[Process, ...]) -> Iterator[Session]:
    inside = frozenset(
        process.pid
        for process in processes
        if process.name in SSHD and process.arguments and LOGGED_IN.match(process.arguments[0])
    )
    if not inside:
        return
    try:
        held = frozenset[int]().union(*system.owned(inside).values())
    except Denied:
        held = None
    for socket in accepted(system.sockets(), held, _ports(system)):
        yield Session("ssh", origin(socket.peer))


def _ports(system: System) -> frozenset[int]:
    """The ports that sshd is told to listen on."""
    try:
        lines = system.read("/etc/ssh/sshd_config").splitlines()
    except (Absent, Denied):
        return frozenset({SSH})
    words = [line.split() for line in lines]
    said = {
        int(pair[1])
        for pair in words
        if len(pair) == 2 and pair[0].lower() == "port" and pair[1].isdecimal()
    }
    return frozenset(said or {SSH})
