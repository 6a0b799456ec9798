"""From screens and what they were recognised as to rows."""

from collections.abc import Iterator

from agent.sensors import Named
from agent.sensors.displays.rows import Monitor
from agent.sensors.displays.screen import Screen
from agent.system import System
from signatures.formats import edid
from signatures.hit import Hit


def follow(system: System, named: tuple[Named, ...]) -> Iterator[Monitor]:  # noqa: ARG001
    """The row of each screen, in the order of the connectors; nothing more is asked."""
    for trace, hits in named:
        if isinstance(trace, Screen):
            yield _monitor(trace, hits)


def _monitor(screen: Screen, hits: tuple[Hit, ...]) -> Monitor:
    told = sorted((hit for hit in hits if hit.role != "assistive"), key=lambda hit: hit.signature)
    bare = edid.without_serials(screen.data) if screen.said else b""
    return Monitor(
        connector=screen.connector.name,
        maker=screen.maker,
        product=screen.product,
        name=screen.name,
        week=screen.week,
        year=screen.year,
        width_mm=screen.said.width_mm if screen.said else 0,
        height_mm=screen.said.height_mm if screen.said else 0,
        internal=screen.connector.internal,
        virtual=screen.connector.virtual,
        edid=bare.hex(),
        edid_hash=edid.full_hash(bare) if bare else "",
        skeleton=screen.skeleton,
        hits=tuple(hit.signature for hit in told),
        strengths=tuple(hit.strength for hit in told),
        grounds=tuple("; ".join(hit.grounds) for hit in told),
    )
