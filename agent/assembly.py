"""Builds the agent: the one place that knows which machine, which folder, which collector."""

import random
import secrets
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent import identity as identities
from agent.answers import FOLDER as QUESTIONS
from agent.answers import Answers
from agent.disk import Disk, FolderDisk
from agent.enrol import Enroller
from agent.gather import Gather
from agent.identity import Identity, Signer
from agent.itself import AgentSelf, own_package, own_version
from agent.policy import FILE as POLICY
from agent.policy import PolicyKeeper
from agent.refused import Refused
from agent.runner import Clocks, Runner
from agent.senses import Senses
from agent.sensors import sensors
from agent.sent import Recorded
from agent.spool import Spool
from agent.system import System
from agent.transport import Connection, address
from agent.uplink import Uplink
from signatures import pack as packs
from signatures.matcher import Matcher

Say = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where the agent keeps its things, and what it looks at."""

    data: Path
    url: str = ""
    recording: Path | None = None
    ceiling: frozenset[str] = frozenset()

    @property
    def disk(self) -> Disk:
        """Its folder."""
        return FolderDisk(self.data)


def say(what: str) -> None:
    """One line to the log, which is standard error."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sys.stderr.write(f"{at} farmwatch-agent: {what}\n")
    sys.stderr.flush()


def wall() -> datetime:
    """The laptop's clock."""
    return datetime.now(UTC)


def clocks() -> Clocks:
    """The clocks and the chance of this machine."""
    return Clocks(wall, time.monotonic, random.SystemRandom().uniform)


def new_epoch() -> str:
    """16 random bytes as 22 characters of base64url."""
    return urlsafe_b64encode(secrets.token_bytes(16))[:22].decode()


def system(place: Place, hash_key: bytes, folder: Path) -> System:
    """This machine, or the one of a recording; `folder` keeps what is counted."""
    if place.recording:
        from agent.system import recorded  # reads YAML, which the resident agent never needs

        return recorded.load(place.recording, hash_key)
    from agent.system import live  # asks psutil, which a recording never needs

    return live.live(hash_key, folder)


def senses(place: Place, machine: System, policy_key: bytes, tell: Say) -> Senses:
    """What looks at a machine under the policy of a folder."""
    policy = keeper(place, policy_key)
    pack = packs.load()
    own = AgentSelf(
        version=own_version(),
        package=own_package(),
        pack=pack.digest,
        policy=policy.etag,
        recording=place.recording is not None,
    )
    return Senses(machine, Gather(sensors(), pack, Matcher(pack), tell), policy, own)


def keeper(place: Place, policy_key: bytes) -> PolicyKeeper:
    """The policy in force in a folder; without a key there is none."""
    kept = PolicyKeeper(place.disk, policy_key, place.ceiling)
    if policy_key:
        kept.open()
    return kept


def spool(disk: Disk, signer: Signer, tell: Say) -> Spool:
    """The spool of a folder, open."""
    opened = Spool(disk, signer, Refused(disk), new_epoch, tell)
    opened.open()
    return opened


def start_anew(disk: Disk, identity: Identity, tell: Say) -> None:
    """Gives up what was numbered, asked and decided for the host that this laptop was before."""
    spool(disk, identities.signer(identity), tell).restart(clocks().at())
    for name in disk.names(QUESTIONS):
        disk.remove(f"{QUESTIONS}/{name}")
    disk.remove(POLICY)


def uplink(place: Place, url: str, ca: str) -> Uplink:
    """The way to a collector; each request is written down in the folder."""
    pinned = place.data / ca if ca else None
    connection = Connection(address(url), pinned, time.monotonic)
    return Uplink(Recorded(connection, place.disk, wall), wall)


def runner(place: Place, tell: Say) -> Runner:
    """The resident agent of an enrolled laptop."""
    disk = place.disk
    identity = identities.load(disk)
    signer = identities.signer(identity)
    answers = Answers(disk, signer)
    answers.open()
    seeing = senses(place, system(place, identity.hash_key, place.data), identity.policy_key, tell)
    way = uplink(place, place.url or identity.url, identity.ca)
    readmission = _Readmission(place, seeing, Enroller(disk, way), identity, signer)
    return Runner(
        senses=seeing,
        spool=spool(disk, signer, tell),
        uplink=way,
        answers=answers,
        refused=Refused(disk),
        clocks=clocks(),
        readmit=readmission,
        say=tell,
    )


@dataclass
class _Readmission:
    """Shows the receipt, and lets everybody know what was granted anew."""

    place: Place
    seeing: Senses
    enroller: Enroller
    identity: Identity
    signer: Signer

    def __call__(self) -> None:
        before = self.identity
        self.identity = self.enroller.readmit(before)
        self.signer.keyid = self.identity.keyid
        self.seeing.keeper.key = self.identity.policy_key
        if self.identity.hash_key != before.hash_key:
            self.seeing.system = system(self.place, self.identity.hash_key, self.place.data)
