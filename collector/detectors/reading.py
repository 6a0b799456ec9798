"""A reading: the fields of a row that a detector reads, and only those."""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=""):
    """Declares what is read of one kind of row; fields it does not name are ignored.

    Name the kind with `tag="noun.noun"`, and give every field that old agents may lack a default.
    """


R = TypeVar("R", bound=Reading)


class Seen(msgspec.Struct, Generic[R], frozen=True):
    """A reading of one row and while it was true; until is None while it is in force.

    interval: the number of the row's interval in the store, quoted as evidence.
    """

    reading: R
    interval: int
    since: datetime
    until: datetime | None
