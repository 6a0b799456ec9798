from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from agent import doctor
from agent.doctor import Check
from agent.policy import PolicyKeeper
from agent.refused import Refused
from agent.sensors import Sensor
from agent.state import held
from agent.transport import Response
from agent.uplink import Uplink
from tests.agent.fake_collector import FakeCollector
from tests.agent.memory_disk import MemoryDisk
from wire.report import Outcome

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def collector(*answers: Response, away: bool = False, url: str = "http://127.0.0.1:1") -> list[str]:
    fake = FakeCollector(key=b"", answers=list(answers), away=away)
    checks: Iterator[Check] = doctor.collector(lambda *_: Uplink(fake, lambda: NOW), url, "")
    return [str(check) for check in checks]


def test_a_check_says_what_to_do_only_when_it_is_bad() -> None:
    assert str(Check("a", good=True, says="fine", do="nothing")) == "ok   a: fine"
    assert str(Check("a", good=False, says="amiss", do="mend it")) == "bad  a: amiss -> mend it"


def test_a_folder_that_can_be_written_is_left_as_it_was() -> None:
    disk = MemoryDisk()
    assert doctor.folder(disk, "/x").good
    assert disk.names("") == ()


def test_a_folder_that_cannot_be_written_is_bad() -> None:
    disk = MemoryDisk()
    disk.full = True
    assert str(doctor.folder(disk, "/x")).endswith("-> run as root, or give --data DIR")


def test_a_laptop_that_is_not_enrolled_is_told_how() -> None:
    identity, check = doctor.enrolled(MemoryDisk())
    assert identity is None
    assert not check.good


def test_a_collector_in_reach_with_the_same_time_is_good() -> None:
    assert collector(Response(200, {"date": "Tue, 24 Nov 2026 09:01:00 GMT"})) == [
        "ok   tls: none, and none is needed to this machine itself",
        "ok   collector: http://127.0.0.1:1 answered 200",
        "ok   clock: +60 s to the collector's",
    ]


@pytest.mark.parametrize(
    ("date", "says"),
    [
        (
            "Mon, 23 Nov 2026 09:00:00 GMT",
            "bad  clock: -86400 s to the collector's -> set the clock",
        ),
        (
            "Wed, 25 Nov 2026 09:00:00 GMT",
            "bad  clock: +86400 s to the collector's -> set the clock",
        ),
    ],
)
def test_a_clock_that_is_a_day_off_is_bad(date: str, says: str) -> None:
    assert collector(Response(200, {"date": date}))[2].partition(";")[0] == says


def test_a_collector_out_of_reach_or_not_ready_is_bad() -> None:
    assert collector(away=True)[1].startswith("bad  collector: http://collector: connection ref")
    assert collector(Response(503))[1] == (
        "bad  collector: http://127.0.0.1:1 answered 503 -> ask who runs it"
    )


def test_a_policy_that_was_refused_is_bad() -> None:
    keeper = PolicyKeeper(MemoryDisk(), bytes(32))
    assert str(doctor.policy(keeper)) == "ok   policy: none yet, the defaults hold"
    keeper.consider("etag", b"{}")
    assert not doctor.policy(keeper).good


def test_what_was_set_aside_is_counted() -> None:
    disk = MemoryDisk()
    assert [check.good for check in doctor.waiting(disk)] == [True, True]
    Refused(disk).add("x", b"", at=0)
    assert [check.says for check in doctor.waiting(disk) if not check.good] == [
        "1 set aside in 30 days"
    ]


def test_a_sensor_that_was_denied_says_what_would_grant_it() -> None:
    usb = Sensor("usb", (), {}, privileges="group plugdev")
    state = {"usb": held(Outcome(sensor="usb", ended="denied", why="no"))}
    assert [str(check) for check in doctor.senses((usb,), state)] == [
        "bad  sensor usb: denied: no -> group plugdev"
    ]
    assert [str(check) for check in doctor.senses((usb,), {})] == ["ok   sensors: none was denied"]
