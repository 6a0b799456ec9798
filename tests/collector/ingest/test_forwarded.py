"""Whose address a call came from."""

from ipaddress import ip_network

import pytest

from collector.ingest.forwarded import Proxies, canonical, client

OURS = (ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48"))
FORWARDED_FOR = Proxies(OURS)
FORWARDED = Proxies(OURS, "forwarded")


def heard(name: str, *values: str) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for value in values]


def test_without_trusted_proxies_a_header_is_not_believed() -> None:
    headers = heard("x-forwarded-for", "198.51.100.1")

    assert client("10.0.0.1", headers, Proxies()) == "10.0.0.1"


def test_a_peer_that_is_no_trusted_proxy_is_the_client() -> None:
    headers = heard("x-forwarded-for", "198.51.100.1")

    assert client("203.0.113.9", headers, FORWARDED_FOR) == "203.0.113.9"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # the left-most is what the client wrote
        (["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        (["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        (["198.51.100.1:4711"], "198.51.100.1"),
        (["[2001:DB8::0001]:4711"], "2001:db8::1"),
        (["::ffff:198.51.100.1"], "198.51.100.1"),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["", " "], "10.0.0.1"),
        ([], "10.0.0.1"),
        (["198.51.100.1, nonsense"], ""),  # a trusted proxy that does not say is not guessed at
    ],
)
def test_the_right_most_address_that_is_no_proxy_is_the_client(
    values: list[str], expected: str
) -> None:
    assert client("10.0.0.1", heard("x-forwarded-for", *values), FORWARDED_FOR) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ('For="[2001:db8::1]:4711";proto=https', "2001:db8::1"),
        ("for=6.6.6.6, for=198.51.100.1;by=10.0.0.2", "198.51.100.1"),
        ("proto=https;for=198.51.100.1", "198.51.100.1"),
        ("for=unknown", ""),
    ],
)
def test_the_standard_header_is_read_where_it_is_the_one_configured(
    value: str, expected: str
) -> None:
    assert client("10.0.0.1", heard("forwarded", value), FORWARDED) == expected
    assert client("10.0.0.1", heard("forwarded", value), FORWARDED_FOR) == "10.0.0.1"


def test_an_address_has_one_spelling() -> None:
    assert canonical("2001:DB8:0:0:0:0:0:1") == "2001:db8::1"
    assert canonical("fe80::1%eth0") == "fe80::1"
    assert canonical("localhost") == ""
