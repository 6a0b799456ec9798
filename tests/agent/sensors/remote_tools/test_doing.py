from agent.sensors.remote_tools.doing import Doing, by_ports, doing, via
from agent.system import Interface, Socket

PIDS = frozenset({812})


def socket(state: str, port: int, inode: int, peer: str = "", protocol: str = "tcp") -> Socket:
    return Socket(protocol, state, "0.0.0.0", port, peer, 50_000 if peer else 0, inode)


SOCKETS = (
    socket("listen", 5900, 1),
    socket("listen", 5800, 2),
    socket("listen", 631, 3),
    socket("established", 5900, 4, "192.0.2.7"),
    socket("established", 40_000, 5, "192.0.2.80"),
    socket("established", 5900, 6, "192.0.2.8"),
    socket("listen", 5900, 7, protocol="udp"),
)


def test_connections_count_on_the_ports_that_the_tool_itself_listens_on() -> None:
    held = frozenset({1, 2, 4, 5, 7})
    assert doing(PIDS, held, SOCKETS) == Doing(PIDS, (5800, 5900), (SOCKETS[3],))


def test_sockets_without_an_inode_are_nobodys() -> None:
    assert doing(PIDS, frozenset(), (socket("listen", 5900, 0),)) == Doing(PIDS)


def test_without_rights_the_usual_ports_are_looked_at() -> None:
    assert by_ports(PIDS, frozenset({5900, 5901}), SOCKETS) == Doing(
        PIDS, (5900,), (SOCKETS[3], SOCKETS[5])
    )


def test_a_peer_comes_directly_or_out_of_a_tunnel_or_is_this_machine() -> None:
    interfaces = (
        Interface("eth0", up=True, mtu=1500, mac="", addresses=("192.168.1.5", "2001:db8::5")),
        Interface("tailscale0", up=True, mtu=1280, mac="", addresses=("100.64.0.7",)),
    )
    ways = {
        ("192.168.1.5", "192.0.2.7"): "direct",
        ("2001:db8::5", "2001:db8::9"): "direct",
        ("100.64.0.7", "100.64.0.9"): "tunnel",
        ("127.0.0.1", "127.0.0.1"): "unknown",
        ("::1", "::1"): "unknown",
        ("192.168.1.5", "192.168.1.5"): "unknown",
        ("203.0.113.1", "203.0.113.2"): "direct",
    }
    assert {
        (here, peer): via(Socket("tcp", "established", here, 5900, peer, 50_000, 1), interfaces)
        for here, peer in ways
    } == ways
