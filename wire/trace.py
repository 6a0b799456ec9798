"""A trace: what a signature is matched against on the laptop, and what never leaves it.

It is deliberately neither a Struct nor a dataclass: msgspec refuses to encode it, so no
mistake in a sensor can put a list of programs onto the wire.
"""

from typing import ClassVar


class Trace:
    """Something seen on the laptop that has no way onto the wire; subclasses name their kind."""

    __slots__: tuple[str, ...] = ()
    kind: ClassVar[str] = ""

    def fields(self) -> dict[str, object]:
        """The trace's fields by name, for matching."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
