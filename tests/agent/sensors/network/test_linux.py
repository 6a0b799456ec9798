import pytest

from agent.sensors.network.linux import tunnel, without_mac

UP = "0x1091"


@pytest.mark.parametrize(
    ("name", "shown", "kind"),
    [
        ("wg0", {"flags": UP, "uevent": "DEVTYPE=wireguard\nINTERFACE=wg0"}, "wireguard"),
        ("tun0", {"flags": UP, "tun_flags": "0x1001"}, "tun"),
        ("tailscale0", {"flags": UP, "tun_flags": "0x1001"}, "tailscale"),
        ("ztabc", {"flags": UP, "tun_flags": "0x1002"}, "zerotier"),
        ("ppp0", {"flags": UP, "type": "512"}, "other"),
        ("tun0", {"flags": "0x1090", "tun_flags": "0x1001"}, None),
        ("vnet3", {"flags": UP, "tun_flags": "0x1002", "master": "", "brport": ""}, None),
        ("eth0", {"flags": UP, "type": "1"}, None),
        ("bonding_masters", {}, None),
    ],
)
def test_tunnels_are_known_by_what_the_kernel_shows(
    name: str, shown: dict[str, str], kind: str | None
) -> None:
    assert tunnel(name, shown) == kind


def test_a_card_that_is_called_after_its_mac_is_not_called_so() -> None:
    assert [without_mac(name) for name in ("enx3ca62f000001", "wlx3ca62f000001", "enp3s0")] == [
        "enx",
        "wlx",
        "enp3s0",
    ]
