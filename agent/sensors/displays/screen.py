"""A screen as a trace that remembers what a row needs."""

from dataclasses import dataclass

from signatures.formats import edid
from signatures.traces import DisplayEdid


@dataclass(frozen=True)
class Connector:
    """Where a screen is plugged in."""

    name: str
    internal: bool
    virtual: bool


class Screen(DisplayEdid):
    """What signatures are matched against; `said` is None where the EDID cannot be read."""

    __slots__ = ("connector", "data", "said")

    def __init__(self, connector: Connector, data: bytes) -> None:
        self.connector = connector
        self.data = data
        self.said = _parsed(data)
        if self.said is None:
            super().__init__()
        else:
            super().__init__(
                maker=self.said.maker,
                product=self.said.product,
                name=self.said.name,
                serial_number=self.said.serial_number,
                serial_text=self.said.serial_text,
                week=self.said.week,
                year=self.said.year,
                skeleton=edid.skeleton(data),
                edid_hash=edid.full_hash(data),
            )

    def fields(self) -> dict[str, object]:
        """The fields that signatures may ask for: those of its kind."""
        return {name: getattr(self, name) for name in DisplayEdid.__slots__}


def _parsed(data: bytes) -> edid.Edid | None:
    try:
        return edid.parse(data)
    except edid.EdidFault:
        return None
