"""Statements of SQLAlchemy Core compiled once to SQLite's text, for sqlite3 to run directly."""

import re

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.expression import ClauseElement

_NAMED = sqlite.dialect(paramstyle="named")
# SELECT ... WHERE audit.n < :before LIMIT :limit OFFSET :param_1
_NAME = re.compile(r"(?<![:\w]):(\w+)")


def compiled(statement: ClauseElement) -> str:
    """The statement's text; its `bindparam`s are given by name when it is run.

    Constants of the statement itself are written out, so that nobody need name them.
    """
    made = statement.compile(dialect=_NAMED)
    constants = {name: _literal(value) for name, value in made.params.items() if value is not None}
    return _NAME.sub(lambda name: constants.get(name[1], name[0]), str(made))


def ordered(statement: ClauseElement, *order: str) -> str:
    """As `compiled`, but values are given as a tuple in `order`: where a dictionary a row hurts.

    The order is proved here, so that a column moved in its table cannot mix up two values.
    """
    text = compiled(statement)
    names = tuple(_NAME.findall(text))
    if names != order:
        raise ValueError(f"{text} asks for {names}, not for {order}")
    return _NAME.sub("?", text)


def _literal(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
