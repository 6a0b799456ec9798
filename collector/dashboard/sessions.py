"""Who is signed in at a browser: sign-in links for one use, and sessions, both only in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.api.desk import Who
from collector.tokens import Randomness, Role, hashed, mint

LINK_MINUTES = 10
SESSION_HOURS = 12
MOST = 10_000


@dataclass(frozen=True)
class Session:
    """A browser that is signed in. token: the API token that it hangs on, by number."""

    token: int
    name: str
    role: Role
    expires_at: datetime


class Sessions:
    """Links and sessions, kept as hashes; when the collector ends, all are signed out."""

    def __init__(self, clock: Callable[[], datetime], random: Randomness) -> None:
        self._clock = clock
        self._random = random
        self._links: dict[bytes, Session] = {}
        self._sessions: dict[bytes, Session] = {}

    def link(self, who: Who, role: Role) -> str:
        """A code that signs one browser in as `who`, with no more than this role."""
        until = self._clock() + timedelta(minutes=LINK_MINUTES)
        session = Session(who.token, who.name, min(role, who.role), until)
        return self._keep(self._links, session)

    def redeem(self, code: str) -> str | None:
        """A session's secret for a code that was not used yet; None for any other."""
        found = self._links.pop(hashed(code), None)
        if found is None or self._clock() >= found.expires_at:
            return None
        return self.open(found.token, found.name, found.role)

    def open(self, token: int, name: str, role: Role) -> str:
        """A new session's secret."""
        until = self._clock() + timedelta(hours=SESSION_HOURS)
        return self._keep(self._sessions, Session(token, name, role, until))

    def find(self, secret: str) -> Session | None:
        """The session with this secret."""
        found = self._sessions.get(hashed(secret))
        return found if found and self._clock() < found.expires_at else None

    def close(self, secret: str) -> None:
        """Signs a browser out."""
        self._sessions.pop(hashed(secret), None)

    def _keep(self, kept: dict[bytes, Session], session: Session) -> str:
        now = self._clock()
        for key in [key for key, one in kept.items() if now >= one.expires_at]:
            del kept[key]
        while len(kept) >= MOST:
            del kept[next(iter(kept))]
        secret = mint(self._random)
        kept[hashed(secret)] = session
        return secret
