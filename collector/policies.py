"""How a policy comes into force: checked whole, the agents' part signed, stored, told to ingest."""

from collections.abc import Callable, Collection
from datetime import datetime
from sqlite3 import Connection

from collector.ingest.terms import Terms
from collector.policy.page import parse
from collector.store.policies import Draft, Version, latest, put
from wire.codec import encode
from wire.digest import digest
from wire.envelope import POLICY, seal

SHIPPED = "# The policy as shipped: nothing is sanctioned.\n"
"""What holds until somebody says something else."""


class Policies:
    """The policy in force and what every reply says because of it.

    sign: with the policy key. tools: ids of the signatures that may be sanctioned.
    """

    def __init__(
        self, sign: Callable[[bytes], bytes], tools: Collection[str] | None, pack: str
    ) -> None:
        self._sign = sign
        self._tools = tools
        self._pack = pack
        self.terms = Terms(pack=pack)

    def draft(self, text: str, by: str, name: str = "policy.yaml") -> Draft:
        """A version made of a page; raises Faults with everything that is wrong with it."""
        policy = parse(text, name, self._tools)
        envelope = encode(seal(POLICY, encode(policy.agent_part()), "policy", self._sign))
        return Draft(text, digest(text.encode()), envelope, digest(envelope), by)

    def put(self, connection: Connection, draft: Draft, now: datetime) -> Version:
        """Stores a version unless it is the one in force already; the version in force then."""
        found = latest(connection)
        if found is None or (found.etag, found.agent_etag) != (draft.etag, draft.agent_etag):
            put(connection, draft, now)
            found = latest(connection)
        assert found is not None
        return found

    def apply(self, version: Version) -> None:
        """Tells agents of it, in every reply from now on; called once it is on the disk."""
        policy = parse(version.text)
        self.terms = Terms(policy.cadence.next_report_s, version.agent_etag, self._pack)
