"""A laptop in this process: a machine with tiny sensors, a disk in memory, clocks that are set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from nacl.signing import SigningKey

from agent.answers import Answers
from agent.gather import Gather
from agent.identity import Signer
from agent.itself import AgentSelf
from agent.policy import PolicyKeeper
from agent.refused import Refused
from agent.runner import Clocks, Runner
from agent.senses import Senses
from agent.sensors import Sensed, Sensor
from agent.sent import Recorded
from agent.spool import Spool
from agent.system.recorded import Page, RecordedSystem
from agent.uplink import Uplink
from signatures.matcher import Matcher
from signatures.pack import Pack
from tests.agent.fake_collector import FakeCollector
from tests.agent.memory_disk import MemoryDisk
from wire.envelope import POLICY, seal
from wire.policy import AgentPolicy
from wire.row import Row

KEY = SigningKey(bytes(32))
POLICY_KEY = SigningKey(bytes([1]) * 32)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PACK = Pack((), "p" * 22)


class Plug(Row, frozen=True, tag="test.plug"):
    """What the tiny sensor writes."""

    value: int


@dataclass
class Laptop:
    """One agent, whose time and machine the test moves."""

    disk: MemoryDisk = field(default_factory=MemoryDisk)
    collector: FakeCollector = field(
        default_factory=lambda: FakeCollector(key=bytes(KEY.verify_key))
    )
    plugs: list[int] = field(default_factory=lambda: [1])
    sense: Callable[[], Iterator[Sensed]] | None = None
    said: list[str] = field(default_factory=list)
    now: float = 1_000.0
    skew: timedelta = timedelta()
    readmitted: int = 0
    drawn: list[tuple[float, float]] = field(default_factory=list)

    def start(self) -> Runner:
        """A new process of the agent on this laptop's disk."""
        signer = Signer("7.00000000", KEY)
        self.signer = signer
        refused = Refused(self.disk)
        epochs = iter(f"{'e' * 20}{n:02d}" for n in range(100))
        spool = Spool(self.disk, signer, refused, lambda: next(epochs), self.said.append)
        spool.open()
        answers = Answers(self.disk, signer)
        answers.open()
        keeper = PolicyKeeper(self.disk, bytes(POLICY_KEY.verify_key))
        keeper.open()
        self.runner = Runner(
            senses=Senses(
                RecordedSystem(Page(os="linux")),
                Gather(
                    (Sensor("plugs", (Plug,), {"linux": self._sense}),),
                    PACK,
                    Matcher(PACK),
                    self.said.append,
                ),
                keeper,
                AgentSelf(version="1", package="a", pack="b", policy="", recording=True),
            ),
            spool=spool,
            uplink=Uplink(Recorded(self.collector, self.disk, self.wall), self.wall),
            answers=answers,
            refused=refused,
            clocks=Clocks(self.wall, lambda: self.now, self._draw),
            readmit=self._readmit,
            say=self.said.append,
        )
        return self.runner

    def wall(self) -> datetime:
        """The laptop's clock."""
        return START + self.skew + timedelta(seconds=self.now - 1_000)

    def pass_time(self, seconds: float) -> None:
        """Lets the agent work for so long."""
        end = self.now + seconds
        while True:
            wait = self.runner.step()
            if self.now + wait > end:
                break
            self.now += max(wait, 0.001)
        self.now = end

    def _sense(self, _: object) -> Iterator[Sensed]:
        if self.sense:
            yield from self.sense()
            return
        for value in self.plugs:
            yield Plug(value=value)

    def _draw(self, least: float, most: float) -> float:
        self.drawn.append((least, most))
        return most

    def _readmit(self) -> None:
        self.readmitted += 1
        self.signer.keyid = self.collector.keyid


def signed_policy(policy: AgentPolicy, key: SigningKey = POLICY_KEY) -> bytes:
    """A policy as the collector sends it."""
    payload = msgspec.json.encode(policy)
    return msgspec.json.encode(
        seal(POLICY, payload, "policy", lambda message: bytes(key.sign(message).signature))
    )
