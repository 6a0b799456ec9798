import sys

import pytest

from agent.system import Socket
from agent.system.sockets import address, sockets

little = pytest.mark.skipif(sys.byteorder != "little", reason="the tables are a little-endian's")

HEAD = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
    "  timeout inode\n"
)
TCP = HEAD + (
    "   0: 00000000:170C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0"
    " 31 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0501A8C0:170C 097100CB:C738 01 00000000:00000000 00:00000000 00000000     0        0"
    " 33 1 0000000000000000 20 4 30 10 -1\n"
    "   2: 0501A8C0:170C 097100CB:C739 06 00000000:00000000 03:00000F6E 00000000     0        0"
    " 0 3 0000000000000000\n"
)
TCP6 = HEAD + (
    "   0: 00000000000000000000000000000000:170C 00000000000000000000000000000000:0000 0A"
    " 00000000:00000000 00:00000000 00000000     0        0 32 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0000000000000000FFFF00000501A8C0:170C 0000000000000000FFFF0000097100CB:C738 01"
    " 00000000:00000000 00:00000000 00000000     0        0 34 1 0000000000000000 20 4 30 10 -1\n"
    "   2: B80D0120000000000000000005000000:170C B80D0120000000000000000009000000:C738 01"
    " 00000000:00000000 00:00000000 00000000     0        0 35 1 0000000000000000 20 4 30 10 -1\n"
)
UDP = HEAD + (
    "  12: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000   108        0"
    " 41 2 0000000000000000 0\n"
    "  13: 0501A8C0:A0B0 506433C6:01BB 01 00000000:00000000 00:00000000 00000000  1000        0"
    " 42 2 0000000000000000 0\n"
)


@little
def test_listeners_connections_and_the_dead_are_told_apart() -> None:
    assert list(sockets(TCP, "tcp")) == [
        Socket("tcp", "listen", "0.0.0.0", 5900, "", 0, 31),
        Socket("tcp", "established", "192.168.1.5", 5900, "203.0.113.9", 51000, 33),
        Socket("tcp", "time-wait", "192.168.1.5", 5900, "203.0.113.9", 51001, 0),
    ]


@little
def test_addresses_are_canonical_and_mapped_ones_are_the_old_ones() -> None:
    assert [(each.address, each.peer) for each in sockets(TCP6, "tcp")] == [
        ("::", ""),
        ("192.168.1.5", "203.0.113.9"),
        ("2001:db8::5", "2001:db8::9"),
    ]


@little
def test_a_bound_udp_socket_listens_and_a_connected_one_has_a_peer() -> None:
    assert list(sockets(UDP, "udp")) == [
        Socket("udp", "listen", "0.0.0.0", 5353, "", 0, 41),
        Socket("udp", "established", "192.168.1.5", 41136, "198.51.100.80", 443, 42),
    ]


def test_a_table_cut_in_the_middle_of_a_line_gives_the_lines_before_it() -> None:
    assert len(list(sockets(TCP[:-100], "tcp"))) == 2
    assert list(sockets("", "tcp")) == []


@little
def test_the_loopback_addresses() -> None:
    assert address("0100007F") == "127.0.0.1"
    assert address("00000000000000000000000001000000") == "::1"
