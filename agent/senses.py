"""The agent's view of its machine: system, sensors, policy and what it says of itself, together."""

from dataclasses import dataclass

import msgspec

from agent import itself
from agent.gather import Gather, Rules, Sweep
from agent.itself import AgentSelf
from agent.policy import PolicyKeeper
from agent.state import State
from agent.system import System
from wire.report import Outcome


@dataclass
class Senses:
    """Asks the machine what the policy in force allows."""

    system: System
    gather: Gather
    keeper: PolicyKeeper
    own: AgentSelf

    def sweep(self, before: State) -> Sweep:
        """Runs every sensor once."""
        row = msgspec.structs.replace(self.own, policy=self.keeper.etag)
        own = itself.outcome(row, self.keeper.why)
        return self.gather.sweep(self.system, self._rules(), before, own)

    def ask(self, sensor: str) -> Outcome:
        """Runs one sensor now, if it is on."""
        return self.gather.ask(self.system, sensor, self._rules())

    def _rules(self) -> Rules:
        off = self.keeper.off(self.gather.sensors)
        return Rules(off, frozenset(self.keeper.policy.sanctioned))
