from agent.sensors.sessions.linux import LOGGED_IN, accepted, told
from agent.sensors.sessions.logind import Session
from agent.sensors.sessions.utmp import Record
from agent.system import Socket


def socket(state: str, port: int, peer: str, inode: int) -> Socket:
    return Socket("tcp", state, "192.168.1.5", port, peer, 50_000 if peer else 0, inode)


SOCKETS = (
    socket("listen", 2200, "", 1),
    socket("established", 2200, "192.0.2.7", 2),
    socket("established", 22, "192.0.2.8", 3),
    socket("established", 40_000, "192.0.2.9", 4),
    socket("close-wait", 22, "192.0.2.10", 5),
)


def peers(held: frozenset[int] | None) -> list[str]:
    return [each.peer for each in accepted(SOCKETS, held, frozenset({22}))]


def test_a_connection_counts_when_sshd_holds_it_and_it_came_in() -> None:
    assert peers(frozenset({3, 4, 5})) == ["192.0.2.8"]
    assert peers(frozenset({1, 2, 4})) == ["192.0.2.7"]
    assert peers(frozenset()) == []


def test_without_rights_every_connection_on_its_port_counts() -> None:
    assert peers(None) == ["192.0.2.8"]


def test_only_a_child_of_sshd_that_has_a_user_is_logged_in() -> None:
    titles = {
        "sshd: kim@pts/0": True,
        "sshd: kim@notty": True,
        "sshd-session: kim@pts/1,pts/2": True,
        "sshd: kim [priv]": False,
        "sshd: unknown [net]": False,
        "sshd: [accepted]": False,
        "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups": False,
    }
    assert {title: LOGGED_IN.match(title) is not None for title in titles} == titles


def test_a_record_tells_of_a_login_from_elsewhere_only() -> None:
    here = (":0", ":10.0", "", "tmux(4400).%0", "login screen")
    assert [told(Record(1, host, ""), frozenset()) for host in here] == [None] * 5
    assert told(Record(1, "pc.example", "192.0.2.7"), frozenset({1})) == Session("ssh", "192.0.2.7")
    assert told(Record(2, "192.0.2.7", ""), frozenset({1})) == Session("other", "192.0.2.7")
    mosh = Record(2, "192.0.2.7 via mosh [4300]", "")
    assert told(mosh, frozenset()) == Session("ssh", "192.0.2.7")
