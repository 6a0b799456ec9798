"""The tools among all that was recognised: which, on what grounds, how surely."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.sensors import Named
from signatures.hit import Hit, Strength
from signatures.shape import STRENGTHS
from signatures.traces import FilePath, ServiceUnit
from wire.trace import Trace

FAINT = frozenset({"weak", "context"})
"""Grounds that say nothing alone."""


@dataclass(frozen=True)
class Tool:
    """A tool that was recognised, and in what."""

    signature: str
    name: str
    role: str
    hits: tuple[tuple[Trace, Hit], ...]

    @property
    def strength(self) -> Strength:
        """The strength of the best ground."""
        return min((hit.strength for _, hit in self.hits), key=STRENGTHS.index)

    @property
    def grounds(self) -> tuple[str, ...]:
        """All grounds, each once, ordered."""
        return tuple(sorted({ground for _, hit in self.hits for ground in hit.grounds}))

    @property
    def installed(self) -> bool:
        """Whether it is set up to start, or its files are there."""
        return any(isinstance(trace, ServiceUnit | FilePath) for trace, _ in self.hits)


def tools(named: Iterable[Named]) -> tuple[Tool, ...]:
    """The control tools among all hits, ordered by id.

    What an assistive tool is recognised in is nobody's control tool; neither is told.
    """
    found: dict[str, list[tuple[Trace, Hit]]] = {}
    for trace, hits in named:
        if not any(hit.role == "assistive" for hit in hits):
            for hit in hits:
                if hit.role == "control":
                    found.setdefault(hit.signature, []).append((trace, hit))
    every = (
        Tool(signature, hits[0][1].name, hits[0][1].role, tuple(hits))
        for signature, hits in sorted(found.items())
    )
    return tuple(tool for tool in every if tool.strength not in FAINT)
