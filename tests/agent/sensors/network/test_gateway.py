import pytest

from agent.sensors.network.gateway import Route, embedded, macs, routes, routes6, vendor
from agent.sensors.network.rows import Vendor

ROUTES = """Iface	Destination	Gateway	Flags	RefCnt	Use	Metric	Mask	MTU	Window	IRTT
wlan0	00000000	0100A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	FE00A8C0	0003	0	0	100	00000000	0	0	0
wg0	00000000	00000000	0001	0	0	50	00000000	0	0	0
eth0	0000A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
eth0	00000000	0100000A	0003	0	0	0	00000080	0	0	0
"""


def test_only_default_routes_that_lead_to_a_router_count() -> None:
    assert list(routes(ROUTES)) == [
        Route(600, "wlan0", "192.168.0.1"),
        Route(100, "eth0", "192.168.0.254"),
    ]


def test_the_default_route_of_ipv6_is_that_of_length_zero_with_a_router() -> None:
    zero = "0" * 32
    text = (
        f"{zero} 00 {zero} 00 fe800000000000003ea62ffffe000001 00000400 1 0 00000003     eth0\n"
        f"{zero} 00 {zero} 00 {zero} ffffffff 1 0 00200200       lo\n"
        f"fe80{zero[4:]} 40 {zero} 00 {zero} 00000100 1 0 00000001     eth0\n"
    )
    assert list(routes6(text)) == [Route(0x400, "eth0", "fe80::3ea6:2fff:fe00:1")]


def test_a_neighbour_that_has_not_answered_has_no_mac() -> None:
    text = (
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.168.0.1      0x1         0x2         3C:A6:2F:00:00:01     *        eth0\n"
        "192.168.0.9      0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    )
    assert macs(text) == {("eth0", "192.168.0.1"): "3c:a6:2f:00:00:01"}


def test_an_address_made_from_a_mac_gives_it_back() -> None:
    assert embedded("fe80::3ea6:2fff:fe00:1") == "3c:a6:2f:00:00:01"
    assert embedded("fe80::1") == ""
    assert embedded("2001:db8::3ea6:2fff:fe00:1") == ""


@pytest.mark.parametrize(
    ("mac", "router", "kind"),
    [
        ("3c:a6:2f:00:00:01", "192.168.178.1", "provider"),
        ("94:83:c4:00:00:01", "192.168.8.1", "travel_router"),
        ("96:83:c4:00:00:01", "192.168.8.1", "unknown"),
        ("66:70:2a:00:00:01", "172.20.10.1", "phone"),
        ("3c:a6:2f:00:00:01", "192.168.43.1", "phone"),
        ("00:00:5e:00:01:01", "10.0.0.1", "unknown"),
        ("3c:a6:2f:00:00:01", "fe80::3ea6:2fff:fe00:1", "provider"),
    ],
)
def test_the_kind_of_box_is_decided_from_prefix_and_network(
    mac: str, router: str, kind: Vendor
) -> None:
    assert vendor(mac, router) == kind
