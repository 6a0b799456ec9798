"""What may leave the laptop: of what the sensors wrote, the rows that are somebody's business.

Sanctioned tools, tools that help a person, and what is matched for context only stay here.
"""

from collections.abc import Iterable, Iterator

from signatures.hit import Role
from signatures.pack import Pack
from wire.row import Row

STAYS: frozenset[Role] = frozenset({"assistive", "context"})
SURE = frozenset({"decisive", "strong"})


def disclosed(rows: Iterable[Row], pack: Pack, sanctioned: frozenset[str]) -> Iterator[Row]:
    """The rows of one sensor that leave; with a device stay the rows of its port."""
    all_rows = tuple(rows)
    kept = {id(row) for row in all_rows if _stays(row, pack, sanctioned)}
    ports = {getattr(row, "port", "") for row in all_rows if id(row) in kept and _hits(row)}
    for row in all_rows:
        if id(row) not in kept and not (ports and getattr(row, "port", None) in ports):
            yield row


def _stays(row: Row, pack: Pack, sanctioned: frozenset[str]) -> bool:
    tool = getattr(row, "tool", "")
    if tool:
        return tool in sanctioned or _role(pack, tool) in STAYS
    hits = _hits(row)
    if not hits:
        return False
    if sanctioned.issuperset(hits):
        return True
    return any(_role(pack, hit) == "assistive" for hit in hits) and not _surely_control(row, pack)


def _surely_control(row: Row, pack: Pack) -> bool:
    """A device that is one that drives machines, whatever helpful device it also looks like."""
    strengths: tuple[str, ...] = getattr(row, "strengths", ())
    return any(
        strength in SURE and _role(pack, hit) == "control"
        for hit, strength in zip(_hits(row), strengths, strict=False)
    )


def _hits(row: Row) -> tuple[str, ...]:
    return tuple(getattr(row, "hits", ()))


def _role(pack: Pack, signature: str) -> Role | None:
    known = pack.by_id(signature)
    return known.role if known else None
