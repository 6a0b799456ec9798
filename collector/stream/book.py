"""The policy in force at an entry of the journal, parsed once for each version."""

from sqlite3 import Connection

from collector.policy import Policy
from collector.policy.page import parse
from collector.store import policies


class Book:
    """Policies by journal number; before the first version, the policy that we ship."""

    def __init__(self) -> None:
        self._shipped = Policy()
        self._parsed: dict[int, Policy] = {}

    def at(self, connection: Connection, n: int) -> Policy:
        """The policy in force at entry n."""
        version = policies.as_of(connection, n)
        if version is None:
            return self._shipped
        if version.n not in self._parsed:
            self._parsed[version.n] = parse(version.text)
        return self._parsed[version.n]
