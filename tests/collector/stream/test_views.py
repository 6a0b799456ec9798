"""Views: what was true at an entry, whatever has happened since."""

from datetime import timedelta

from collector.store.judgements import Entry, Held
from collector.store.times import moment
from collector.stream.views import as_of

DAY = 86_400_000


def held(number: int, since: int, until: int | None = None) -> Held:
    """A row whose times are its journal numbers in days."""
    return (number, number, since, until, since * DAY, None if until is None else
            until * DAY)  # fmt: skip


def entry(n: int) -> Entry:
    return Entry(n, n * DAY, "report", 1)


def test_a_row_that_ended_later_is_still_in_force() -> None:
    seen = as_of(entry(3), [], [held(1, 2, 5)], timedelta(days=7))
    assert seen.rows == [(1, 1, 2, None, 2 * DAY, None)]


def test_a_row_that_began_later_is_not_there() -> None:
    assert as_of(entry(3), [], [held(1, 4, 5)], timedelta(days=7)).rows == []


def test_ended_rows_are_kept_for_the_window_and_no_more_are_asked_for() -> None:
    asked: list[int] = []

    def ended() -> object:
        for row in (held(3, 8, 10), held(2, 3, 7), held(1, 1, 4), held(0, 1, 2)):
            asked.append(row[0])
            yield row

    seen = as_of(entry(10), [], ended(), timedelta(days=3))  # type: ignore[arg-type]
    assert ([row[0] for row in seen.rows], asked) == ([2, 3], [3, 2, 1])


def test_the_time_is_that_of_the_facts_where_the_entry_changed_any() -> None:
    late = Entry(3, 30 * DAY, "report", 1)
    began = as_of(late, [held(1, 3)], [], timedelta(days=7))
    ended = as_of(late, [], [held(1, 2, 3)], timedelta(days=7))
    assert [began.at, ended.at] == [moment(3 * DAY)] * 2


def test_the_time_is_that_of_the_entry_where_it_changed_none() -> None:
    assert as_of(entry(9), [held(1, 3)], [], timedelta(days=7)).at == moment(9 * DAY)
