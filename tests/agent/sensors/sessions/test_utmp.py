import struct

from agent.sensors.sessions.utmp import Record, logins

KIND, BOOT, DEAD = 7, 2, 8


def record(kind: int, pid: int, host: bytes, address: bytes = b"") -> bytes:
    packed = struct.pack(
        "<hxxi32s4s32s256s4xiii16s20x", kind, pid, b"pts/0", b"ts/0", b"kim", host, 0, 0, 0, address
    )
    assert len(packed) == 384
    return packed


def test_only_logins_that_are_not_over_are_read() -> None:
    data = record(BOOT, 0, b"6.1.0") + record(KIND, 9, b"") + record(DEAD, 8, b"192.0.2.1")
    assert list(logins(data)) == [Record(9, "", "")]


def test_addresses_of_both_families_are_canonical() -> None:
    v6 = bytes.fromhex("20010db8000000000000000000000005")
    mapped = bytes(10) + b"\xff\xff" + bytes((192, 0, 2, 7))
    data = b"".join(record(KIND, 9, b"h", raw) for raw in (bytes((192, 0, 2, 7)), v6, mapped))
    assert [each.address for each in logins(data)] == ["192.0.2.7", "2001:db8::5", "192.0.2.7"]


def test_a_host_that_fills_its_field_and_is_not_text_is_read() -> None:
    assert next(logins(record(KIND, 9, b"\xff" * 256))).host == "\ufffd" * 256


def test_a_record_that_is_cut_is_left_out() -> None:
    assert list(logins(record(KIND, 9, b"h")[:-1])) == []
    assert list(logins(b"")) == []
