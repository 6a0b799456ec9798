import struct
from typing import Any

from agent.system.recorded import load
from agent.system.scrub import scrub
from signatures.formats import edid
from tests.conftest import ROOT


def scrubbed(keep: frozenset[str] = frozenset(), **said: Any) -> dict[str, Any]:
    return scrub({"os": "linux", "files": {}, **said}, keep)


def text(files: dict[str, bytes], path: str) -> str:
    return str(scrubbed(files=files)["files"][path].decode())


def test_host_and_user_names_are_replaced_wherever_they_are() -> None:
    page = scrubbed(
        files={
            "/etc/hostname": b"kims-laptop\n",
            "/etc/hosts": b"127.0.1.1 kims-laptop.example.com kims-laptop\n",
            "/run/systemd/sessions/2": b"UID=1000\nUSER=kim\nREMOTE=0\n",
        },
        processes=[
            {"name": "code", "path": "/home/kim/bin/code", "arguments": ["code", "--user=kim"]},
            {"name": "sshd", "path": "", "arguments": ["sshd: lee [priv]"]},
            {"name": "kimchi", "path": "/usr/bin/kimchi", "arguments": []},
        ],
        folders={"/home": ["kim"]},
    )
    assert page["files"]["/etc/hosts"] == b"127.0.1.1 host1.example.com host1\n"
    assert page["files"]["/run/systemd/sessions/2"] == b"UID=1000\nUSER=user1\nREMOTE=0\n"
    assert [each["arguments"] for each in page["processes"]] == [
        ["code", "--user=user1"],
        ["sshd: user2 [priv]"],
        [],
    ]
    assert page["processes"][0]["path"] == "/home/user1/bin/code"
    assert page["processes"][2]["name"] == "kimchi"
    assert page["folders"] == {"/home": ["user1"]}


def test_serial_numbers_keep_their_length_and_those_of_every_unit_may_stay() -> None:
    files = {
        "/sys/class/dmi/id/product_serial": b"PF3ABCDE\n",
        "/sys/devices/usb1/1-2/serial": b"CAFEBABE\n",
        "/sys/devices/usb1/1-3/serial": b"\n",
        "/tmp/about": b"the laptop PF3ABCDE\n",
    }
    page = scrubbed(frozenset({"CAFEBABE"}), files=files)
    assert list(page["files"].values()) == [
        b"X0000001\n",
        b"CAFEBABE\n",
        b"\n",
        b"the laptop X0000001\n",
    ]


def test_macs_keep_their_vendor_and_are_told_apart() -> None:
    files = {"/a": b"3c:a6:2f:11:22:33 3C:A6:2F:11:22:34 3c:a6:2f:11:22:33 00:00:00:00:00:00\n"}
    assert text(files, "/a") == (
        "3c:a6:2f:00:00:01 3c:a6:2f:00:00:02 3c:a6:2f:00:00:01 00:00:00:00:00:00\n"
    )


def test_a_mac_that_was_drawn_at_random_keeps_nothing() -> None:
    assert text({"/a": b"66:70:2a:11:22:33"}, "/a") == "02:00:00:00:00:01"


def test_public_addresses_become_those_of_documentation_each_always_the_same() -> None:
    page = scrubbed(
        sockets=[
            {"peer": "8.8.8.8", "address": "192.168.1.5"},
            {"peer": "9.9.9.9", "address": "127.0.0.1"},
            {"peer": "2606:4700::1111", "address": "fe80::1"},
        ],
        files={"/a": b"resolver 8.8.8.8, version 1.2.3.4.5, at 12:30:45, ::1\n"},
    )
    assert page["sockets"] == [
        {"peer": "192.0.2.1", "address": "192.168.1.5"},
        {"peer": "192.0.2.2", "address": "127.0.0.1"},
        {"peer": "2001:db8::3", "address": "fe80::1"},
    ]
    assert page["files"]["/a"] == b"resolver 192.0.2.1, version 1.2.3.4.5, at 12:30:45, ::1\n"


def test_addresses_in_the_kernels_route_table_are_replaced_too() -> None:
    line = "26064700000000000000000000001111 40 fe800000000000000000000000000001 00 eth0\n"
    assert text({"/proc/net/ipv6_route": line.encode()}, "/proc/net/ipv6_route") == (
        "20010db8000000000000000000000001 40 fe800000000000000000000000000001 00 eth0\n"
    )


def test_a_mail_address_is_replaced() -> None:
    assert text({"/a": b"from kim.lee@corp.example.net\n"}, "/a") == "from person@example.org\n"


def test_a_screen_loses_its_serials_unless_every_unit_has_them() -> None:
    pikvm = load(ROOT / "agent/recordings/linux-laptop-pikvm.yaml")
    data = pikvm.read_bytes("/sys/class/drm/card0-HDMI-A-1/edid")
    files = {"/sys/class/drm/card0-HDMI-A-1/edid": data}
    kept = scrubbed(frozenset({"CAFEBABE"}), files=files)["files"]
    assert kept == files
    (bare,) = scrubbed(files=files)["files"].values()
    said = edid.parse(bare)
    assert (said.maker, said.serial_number, said.serial_text) == ("LNX", "00000000", "")


def test_a_broken_edid_is_left_out() -> None:
    assert scrubbed(files={"/x/edid": b"\x01\x02"})["files"] == {"/x/edid": b""}


def test_a_login_record_keeps_that_it_came_from_elsewhere_and_nothing_of_whom() -> None:
    record = struct.pack(
        "<hxxi32s4s32s256s4xiii16s20x",
        7, 4001, b"pts/0", b"ts/0", b"kim", b"8.8.8.8", 0, 0, 0, bytes((8, 8, 8, 8)),
    )  # fmt: skip
    (data,) = scrubbed(files={"/run/utmp": record})["files"].values()
    assert len(data) == 384
    assert b"kim" not in data
    assert b"192.0.2.1" in data
    assert bytes((8, 8, 8, 8)) not in data


def test_bytes_that_are_no_text_are_left_alone() -> None:
    assert scrubbed(files={"/a": b"\xff\x00kim"})["files"] == {"/a": b"\xff\x00kim"}
