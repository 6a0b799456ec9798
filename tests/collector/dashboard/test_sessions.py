import itertools
from datetime import UTC, datetime, timedelta

from collector.api.desk import Who
from collector.dashboard.sessions import MOST, Sessions
from collector.tokens import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def sessions() -> Sessions:
    counter = itertools.count()
    return Sessions(lambda: NOW, lambda length: next(counter).to_bytes(length, "big"))


def who(role: Role) -> Who:
    return Who(1, "someone", role, "192.0.2.9")


def test_a_link_gives_no_more_than_its_makers_role() -> None:
    kept = sessions()
    secret = kept.redeem(kept.link(who(Role.analyst), Role.admin))
    assert secret is not None
    found = kept.find(secret)
    assert found is not None
    assert (found.role, found.expires_at) == (Role.analyst, NOW + timedelta(hours=12))


def test_a_code_is_no_session_and_a_session_no_code() -> None:
    kept = sessions()
    code, secret = kept.link(who(Role.admin), Role.admin), kept.open(1, "someone", Role.admin)
    assert kept.find(code) is None
    assert kept.redeem(secret) is None


def test_only_so_many_are_kept_and_the_oldest_go_first() -> None:
    kept = sessions()
    first = kept.open(1, "someone", Role.viewer)
    for _ in range(MOST - 1):
        kept.open(1, "someone", Role.viewer)
    assert kept.find(first) is not None
    kept.open(1, "someone", Role.viewer)
    assert kept.find(first) is None
