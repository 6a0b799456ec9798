"""How often something is said."""

from collector.ingest.limiter import OncePerMinute, Wants


def test_an_address_is_written_down_once_a_minute() -> None:
    limiter = OncePerMinute()
    calls = [("a", 60), ("a", 61), ("b", 62), ("a", 119), ("a", 120), ("b", 121)]

    assert [limiter.allows(*call) for call in calls] == [True, False, True, False, True, True]
    assert limiter.withheld == 2


def test_no_more_addresses_than_the_bound_are_remembered() -> None:
    limiter = OncePerMinute(addresses=2)

    assert [limiter.allows(address, 0) for address in "abc"] == [True, True, False]


def test_so_many_hosts_a_second_are_asked_for_a_full_report() -> None:
    wants = Wants(a_second=2)

    assert [wants.allows(at) for at in (1.0, 1.5, 1.9, 2.0)] == [True, True, False, True]
