"""Says what is amiss with the agent on this laptop, and what to do about each."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from agent import identity as identities
from agent import spool
from agent.disk import Disk, DiskFault
from agent.identity import Identity, IdentityFault
from agent.policy import PolicyKeeper
from agent.refused import Refused
from agent.sensors import Sensor
from agent.state import State
from agent.transport import Address, BadAddress, TransportFault, address
from agent.uplink import Uplink, read

SKEW_S = 120.0


@dataclass(frozen=True)
class Check:
    """One thing looked at; `do` says how to mend it when it is not good."""

    name: str
    good: bool
    says: str
    do: str = ""

    def __str__(self) -> str:
        todo = f" -> {self.do}" if self.do and not self.good else ""
        return f"{'ok ' if self.good else 'bad'}  {self.name}: {self.says}{todo}"


def folder(disk: Disk, path: str) -> Check:
    """Whether the agent's folder can be written."""
    try:
        disk.make("")
        disk.write("doctor.new", b"")
        disk.remove("doctor.new")
    except DiskFault as fault:
        return Check("folder", good=False, says=str(fault), do="run as root, or give --data DIR")
    return Check("folder", good=True, says=f"{path} can be written")


def enrolled(disk: Disk) -> tuple[Identity | None, Check]:
    """Whether this laptop is a host."""
    try:
        identity = identities.load(disk)
    except (IdentityFault, DiskFault) as fault:
        do = "run `farmwatch-agent enrol --url URL --token TOKEN`"
        return None, Check("enrolment", good=False, says=str(fault), do=do)
    return identity, Check("enrolment", good=True, says=f"host {identity.host_id}")


def collector(way: Callable[[str, str], Uplink], url: str, ca: str) -> Iterator[Check]:
    """Whether the collector can be reached, how it is verified, and what its clock says."""
    try:
        where = address(url)
        yield _tls(where, ca)
        with closing(way(url, ca)) as uplink:
            now = uplink.now()
            response = uplink.ready()
    except (BadAddress, TransportFault, DiskFault) as fault:
        do = "check address, network, firewall and certificate; the agent keeps what it has to say"
        yield Check("collector", good=False, says=str(fault), do=do)
        return
    good = response.status == 200
    do = "ask who runs it"
    yield Check("collector", good=good, says=f"{where.url} answered {response.status}", do=do)
    yield _clock(read(response, now).offset_s)


def policy(keeper: PolicyKeeper) -> Check:
    """Which policy is in force."""
    if keeper.why:
        do = "ask who runs the collector; the policy before stays in force"
        return Check("policy", good=False, says=keeper.why, do=do)
    says = f"{keeper.etag[:8]} is in force" if keeper.etag else "none yet, the defaults hold"
    return Check("policy", good=True, says=says)


def waiting(disk: Disk) -> Iterator[Check]:
    """What the spool remembers, and what was set aside."""
    try:
        seen = spool.peek(disk)
        refused = Refused(disk).count()
    except DiskFault as fault:
        yield Check("spool", good=False, says=str(fault), do="run as root")
        return
    yield Check("spool", good=True, says=f"{seen.seq} reports numbered")
    do = "look into refused/ in the agent's folder, and tell who runs the collector"
    yield Check("refused", good=not refused, says=f"{refused} set aside in 30 days", do=do)


def senses(sensors: tuple[Sensor, ...], state: State) -> Iterator[Check]:
    """Which sensors could not look, and what would let them."""
    grants = {sensor.name: sensor.privileges for sensor in sensors}
    blind = [held.outcome for held in state.values() if held.outcome.ended in ("denied", "failed")]
    for outcome in blind:
        do = grants.get(outcome.sensor) or "tell the makers"
        says = f"{outcome.ended}: {outcome.why}"
        yield Check(f"sensor {outcome.sensor}", good=False, says=says, do=do)
    if not blind:
        yield Check("sensors", good=True, says="none was denied")


def _tls(where: Address, ca: str) -> Check:
    if not where.secure:
        return Check("tls", good=True, says="none, and none is needed to this machine itself")
    by = f"the certificate in {ca}" if ca else "the system's certificates"
    return Check("tls", good=True, says=f"verified by {by}")


def _clock(offset_s: float | None) -> Check:
    if offset_s is None:
        return Check("clock", good=True, says="the collector does not tell the time")
    good = abs(offset_s) < SKEW_S
    says = f"{offset_s:+.0f} s to the collector's"
    return Check("clock", good=good, says=says, do="set the clock; reports are taken all the same")
