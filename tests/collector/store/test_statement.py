import pytest
from sqlalchemy import bindparam, insert, select

from collector.store.statement import compiled, ordered
from collector.store.tables import journal, meta


def test_parameters_are_given_by_name_and_constants_are_written_out() -> None:
    statement = select(meta.c.value).where(meta.c.name == bindparam("which")).limit(1)
    assert " ".join(compiled(statement).split()) == (
        "SELECT meta.value FROM meta WHERE meta.name = :which LIMIT 1 OFFSET 0"
    )


def test_a_constant_text_is_quoted() -> None:
    statement = insert(journal).values(at=bindparam("at"), cause="it's :at")
    assert compiled(statement) == "INSERT INTO journal (at, cause) VALUES (:at, 'it''s :at')"


def test_an_order_that_is_wrong_is_refused() -> None:
    statement = select(meta.c.value).where(meta.c.name == bindparam("name"))
    assert ordered(statement, "name").endswith("WHERE meta.name = ?")
    with pytest.raises(ValueError, match="asks for"):
        ordered(statement, "value")
