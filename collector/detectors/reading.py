"""A reading: the fields of a row that a detector reads, and only those."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=""):
    """Declares what is read of one kind of row; fields it does not name are ignored.

    Name the kind with `tag="noun.noun"`, and give every field that old agents may lack a default.
    """


R = TypeVar("R", bound=Reading)


@dataclass(frozen=True)
class Seen(Generic[R]):
    """A reading of one row and while it was true; until is None while it is in force.

    interval: the number of the row's interval in the store, quoted as evidence.
    """

    reading: R
    interval: int
    sensor: str
    since: datetime
    until: datetime | None
