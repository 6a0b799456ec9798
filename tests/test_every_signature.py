"""What holds for every signature that ships; the id of a failing case names the culprit."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from signatures.hit import Strength
from signatures.loader import read_all
from signatures.matcher import Matcher
from signatures.pack import PACKS, SHIPPED, load, packed, written
from signatures.shape import STRENGTHS, Example, Indicator, Signature
from signatures.traces import DisplayEdid, FilePath, ProcessImage, ServiceUnit, UsbDescriptor
from wire.trace import Trace

SIGNATURES = read_all(PACKS)
MATCHER = Matcher(packed(SIGNATURES))
KVMS = tuple(each for each in SIGNATURES if each.id.startswith("kvm."))
CONTROL = tuple(each for each in SIGNATURES if each.id.startswith("remote_access."))
COMMON_IDS = {"vendor_id": {"1d6b"}, "product_id": {"0104"}, "serial_number": {"01010101"}}
FIRST_PACKS = {
    "kvm.glinet_comet",
    "kvm.jetkvm",
    "kvm.nanokvm",
    "kvm.pikvm",
    "kvm.tinypilot",
    "remote_access.anydesk",
    "remote_access.chrome_remote_desktop",
    "remote_access.realvnc",
    "remote_access.rustdesk",
    "remote_access.screenconnect",
    "remote_access.splashtop",
    "remote_access.teamviewer",
    "remote_access.tigervnc",
    "remote_access.x11vnc",
    "remote_access.xrdp",
}
DEVICE_OF = {
    "pikvm": {"kvm.pikvm", "kvm.kvmd_family"},
    "glinet_comet": {"kvm.glinet_comet", "kvm.kvmd_family"},
    "tinypilot": {"kvm.tinypilot"},
    "jetkvm": {"kvm.jetkvm"},
    "nanokvm": {"kvm.nanokvm"},
    "blikvm": {"kvm.toshiba_bridge"},
}
"""Which of our signatures carry the facts of which device."""


def named(signatures: tuple[Signature, ...]) -> dict[str, Any]:
    return {"argvalues": signatures, "ids": [signature.id for signature in signatures]}


def examples(*, matches: bool) -> list[Any]:
    word = "match" if matches else "miss"
    return [
        pytest.param(signature, example, id=f"{signature.id}:{word}-{place}")
        for signature in SIGNATURES
        for place, example in enumerate(each for each in signature.examples)
        if example.matches is matches
    ]


def strongest(trace: Trace) -> Strength | None:
    hits = MATCHER.hits_of(trace)
    return min((hit.strength for hit in hits), key=STRENGTHS.index) if hits else None


def test_pack_json_is_current() -> None:
    assert SHIPPED.read_bytes() == written(packed(SIGNATURES))


def test_the_pack_that_ships_is_the_pack_in_yaml() -> None:
    assert load() == packed(SIGNATURES)


def test_the_first_packs_are_there() -> None:
    assert {signature.id for signature in SIGNATURES} >= FIRST_PACKS


@pytest.mark.parametrize(("signature", "example"), examples(matches=True))
def test_a_match_is_recognised_by_its_own_signature(signature: Signature, example: Example) -> None:
    hits = {hit.signature: hit for hit in MATCHER.hits(example.kind, example.fields)}
    assert signature.id in hits
    assert example.strength in {None, hits[signature.id].strength}


@pytest.mark.parametrize(("signature", "example"), examples(matches=False))
def test_a_miss_is_not_recognised_by_its_own_signature(
    signature: Signature, example: Example
) -> None:
    hits = MATCHER.hits(example.kind, example.fields)
    assert signature.id not in {hit.signature for hit in hits}


@pytest.mark.parametrize("signature", **named(SIGNATURES))
def test_every_signature_names_an_attack_technique(signature: Signature) -> None:
    assert signature.technique in {"T1219", "T1219.001", "T1219.002", "T1219.003"}


@pytest.mark.parametrize("signature", **named(SIGNATURES))
def test_every_kind_of_trace_that_it_asks_for_has_an_example(signature: Signature) -> None:
    asked = {indicator.kind for indicator in signature.indicators}
    assert {example.kind for example in signature.examples if example.matches} == asked


@pytest.mark.parametrize("signature", **named(SIGNATURES))
def test_what_is_recalled_is_never_decisive(signature: Signature) -> None:
    recalled = [each for each in signature.indicators if each.certainty == "recalled"]
    assert "decisive" not in {indicator.strength for indicator in recalled}


@pytest.mark.parametrize("signature", **named(CONTROL))
def test_a_remote_tool_can_be_found_running_and_installed_on_linux_or_windows(
    signature: Signature,
) -> None:
    kinds = {indicator.kind for indicator in signature.indicators}
    assert kinds >= {"process.image", "service.unit", "file.path"}
    assert signature.role == "control"


@pytest.mark.parametrize("signature", **named(CONTROL))
def test_a_long_linux_name_is_also_given_as_the_kernel_cuts_it_or_by_path(
    signature: Signature,
) -> None:
    """The kernel shows 15 characters of a name; Windows and macOS names have dots or capitals."""
    names = set(values_of(signature, "process.image", "name"))
    paths = set(values_of(signature, "process.image", "path"))
    unseen = {
        name
        for name in names
        if len(name) > 15 and "." not in name and name == name.lower()
        if name[:15] not in names and not any(path.endswith(f"/{name}") for path in paths)
    }
    assert unseen == set()


@pytest.mark.parametrize("signature", **named(KVMS))
def test_a_common_id_alone_is_weak_at_most(signature: Signature) -> None:
    strong = [
        indicator
        for indicator in signature.indicators
        if all(is_common(indicator, place) for place in range(len(indicator.conditions)))
        and indicator.strength not in {"weak", "context"}
    ]
    assert strong == []


@pytest.mark.parametrize("signature", **named(KVMS))
def test_a_name_on_usb_is_decisive_only_with_maker_and_product(signature: Signature) -> None:
    for indicator in signature.indicators:
        fields = {condition.field for condition in indicator.conditions}
        if indicator.kind == "usb.descriptor" and fields == {"manufacturer"}:
            assert indicator.strength != "decisive"


def test_a_capture_card_alone_is_weak_at_most() -> None:
    (card,) = (signature for signature in KVMS if signature.id == "kvm.capture_card")
    assert {indicator.strength for indicator in card.indicators} == {"weak", "context"}


def test_a_serial_that_two_brands_share_names_the_family() -> None:
    (hit,) = MATCHER.hits_of(UsbDescriptor(serial="CAFEBABE"))
    assert (hit.signature, hit.strength) == ("kvm.kvmd_family", "strong")
    assert hit.grounds == ("serial CAFEBABE, which PiKVM and GL.iNet Comet share",)


def is_common(indicator: Indicator, place: int) -> bool:
    condition = indicator.conditions[place]
    return set(condition.values) <= COMMON_IDS.get(condition.field, set())


def values_of(signature: Signature, kind: str, field: str) -> Iterator[str]:
    for indicator in signature.indicators:
        if indicator.kind == kind:
            for condition in indicator.conditions:
                if condition.field == field and condition.how == "is":
                    yield from condition.values


PROGRAMS = {
    "nvda": ProcessImage("nvda.exe", "C:\\Program Files (x86)\\NVDA\\nvda.exe"),
    "orca": ProcessImage("orca", "/usr/bin/python3.11", ("/usr/bin/python3", "/usr/bin/orca")),
    "agent": ProcessImage("agent", "/usr/bin/agent"),
    "ssh": ProcessImage("ssh", "/usr/bin/ssh", ("ssh", "build.example.org")),
    "sshd": ProcessImage("sshd", "/usr/sbin/sshd", ("sshd: kim [priv]",)),
    "vncviewer": ProcessImage("vncviewer", "/usr/bin/xtigervncviewer", ("vncviewer", "nas:1")),
    "xtigervncviewer": ProcessImage("xtigervncview", "/usr/bin/xtigervncviewer"),
    "vncpasswd": ProcessImage("vncpasswd", "/usr/bin/tigervncpasswd"),
    "vncconfig": ProcessImage("vncconfig", "/usr/bin/tigervncconfig"),
    "realvnc viewer": ProcessImage(
        "vncviewer.exe", "C:\\Program Files\\RealVNC\\VNC Viewer\\v.exe"
    ),
    "remmina": ProcessImage("remmina", "/usr/bin/remmina"),
    "xfreerdp": ProcessImage("xfreerdp", "/usr/bin/xfreerdp", ("xfreerdp", "/v:198.51.100.3")),
    "mstsc": ProcessImage("mstsc.exe", "C:\\Windows\\System32\\mstsc.exe"),
    "putty": ProcessImage("putty.exe", "C:\\Program Files\\PuTTY\\putty.exe"),
    "chrome": ProcessImage("chrome", "/opt/google/chrome/chrome", ("/opt/google/chrome/chrome",)),
    "chrome.exe": ProcessImage("chrome.exe", "C:\\Program Files\\Google\\Chrome\\chrome.exe"),
    "zoom": ProcessImage("zoom", "/opt/zoom/zoom", ("/opt/zoom/zoom", "zoommtg://zoom.us/join")),
    "teams": ProcessImage("ms-teams.exe", "C:\\Program Files\\WindowsApps\\MSTeams\\ms-teams.exe"),
    "python": ProcessImage("python3", "/usr/bin/python3.11", ("python3", "-m", "http.server")),
    "perl": ProcessImage("perl", "/usr/bin/perl", ("/usr/bin/perl", "-w", "report.pl")),
    "java": ProcessImage("java", "/usr/lib/jvm/java-17/bin/java", ("java", "-jar", "app.jar")),
    "Xorg": ProcessImage("Xorg", "/usr/lib/xorg/Xorg", ("/usr/lib/xorg/Xorg", ":0")),
    "Xvfb": ProcessImage("Xvfb", "/usr/bin/Xvfb", ("Xvfb", ":99")),
    "systemd": ProcessImage("systemd", "/usr/lib/systemd/systemd", ("/sbin/init",)),
    "code": ProcessImage("code", "/usr/share/code/code", ("code", "/home/kim/src/x11vnc")),
    "grep": ProcessImage("grep", "/usr/bin/grep", ("grep", "anydesk", "/var/log/syslog")),
    "no name": ProcessImage(),
}
DEVICES = {
    "a Dell monitor": DisplayEdid(
        maker="DEL",
        product="a0c4",
        name="DELL P2419H",
        serial_number="01010101",
        serial_text="7H1FXV2",
        week=35,
        year=2016,
        skeleton="0" * 64,
        edid_hash="1" * 64,
    ),
    "a built-in panel": DisplayEdid(maker="LGD", product="0555", week=0, year=2016),
    "a genuine Acer B246WL": DisplayEdid(maker="ACR", product="0565", serial_text="T8NEE0040000"),
    "a genuine Philips 342E2": DisplayEdid(
        maker="PHL",
        product="c233",
        name="PHL 342E2",
        serial_text="UK02143000001",
        skeleton="e92e43e0b0d9aa7832a7c6e4971bd49511b7ee8cf527e04b64e5e60294e079fb",
    ),
    "a Logitech receiver": UsbDescriptor(
        vendor_id="046d",
        product_id="c52b",
        manufacturer="Logitech",
        product="USB Receiver",
        release="2411",
        speed_mbps=12,
        report_hashes=("2" * 64,),
    ),
    "a Dell keyboard": UsbDescriptor(
        vendor_id="413c", product_id="2113", product="Dell KB216 Wired Keyboard", speed_mbps=1.5
    ),
    "a Logitech keyboard whose report PiKVM copied": UsbDescriptor(
        vendor_id="046d",
        product_id="c31c",
        manufacturer="Logitech",
        product="USB Keyboard",
        report_hashes=("5333cc3a23db1dd7a9e8303e2169a54a7070f69822fa503014834652c24410b6",),
    ),
    "a Raspberry Pi as an Ethernet gadget": UsbDescriptor(
        vendor_id="1d6b",
        product_id="0104",
        manufacturer="Raspberry Pi",
        product="Pi USB Ethernet Gadget",
        serial="fedcba9876543210",
        speed_mbps=480,
        interface_strings=("CDC Ethernet Control Model (ECM)", "RNDIS Communications Control"),
    ),
    "a USB stick": UsbDescriptor(
        vendor_id="0781",
        product_id="5567",
        manufacturer="SanDisk",
        product="Cruzer Blade",
        speed_mbps=480,
        inquiry=("SanDisk Cruzer Blade 1.00",),
    ),
    "a dock": UsbDescriptor(vendor_id="17ef", product_id="30b4", product="ThinkPad USB-C Dock"),
    "a graphics tablet": UsbDescriptor(vendor_id="056a", product_id="0357", manufacturer="Wacom"),
    "nothing said": UsbDescriptor(),
    "a dark monitor": DisplayEdid(),
}
OTHERS = {
    "ssh.service": ServiceUnit("ssh.service"),
    "a VNC viewer": FilePath("/usr/bin/xtigervncviewer"),
    "cups.service": ServiceUnit("cups.service"),
    "remmina": FilePath("/usr/bin/remmina"),
}
INNOCENT: dict[str, Trace] = {**PROGRAMS, **DEVICES, **OTHERS}


@pytest.mark.parametrize("trace", INNOCENT.values(), ids=INNOCENT.keys())
def test_the_innocent_are_never_more_than_context(trace: Trace) -> None:
    assert strongest(trace) in {None, "context"}


def facts(shared: Path, kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each fact of that kind of the devices we have signatures of, with the device's id."""
    devices = yaml.safe_load((shared / "facts" / "kvm-devices.yaml").read_text())["devices"]
    for device in devices:
        if device["id"] in DEVICE_OF:
            for fact in device["facts"]:
                if fact["kind"] == kind and isinstance(fact["value"], dict):
                    for label, value in fact["value"].items():
                        yield device["id"], f"{label}: {value}", fact


def carried(device: str, kind: str, trace: Trace) -> Strength | None:
    hits = [hit for hit in MATCHER.hits_of(trace) if hit.signature in DEVICE_OF[device]]
    assert kind == trace.kind
    return min((hit.strength for hit in hits), key=STRENGTHS.index) if hits else None


@pytest.mark.shared
def test_each_skeleton_of_the_facts_is_carried_with_its_strength(shared: Path) -> None:
    copied_from_real_monitors = {"nanokvm PHL", "nanokvm VCS_Connector"}
    missing = [
        f"{device} {label}"
        for device, said, fact in facts(shared, "edid.skeleton")
        for label, _, value in (said.partition(": "),)
        if carried(device, "display.edid", DisplayEdid(skeleton=value)) != fact["strength"]
    ]
    assert set(missing) == copied_from_real_monitors


@pytest.mark.shared
def test_each_absolute_mouse_of_the_facts_is_carried_with_its_strength(shared: Path) -> None:
    mice = [
        (device, said.partition(": ")[2], fact["strength"])
        for device, said, fact in facts(shared, "hid.report_descriptor")
        if "abs_" in said
    ]
    assert len(mice) == 6
    for device, value, strength in mice:
        trace = UsbDescriptor(report_hashes=(value,))
        assert carried(device, "usb.descriptor", trace) == strength


@pytest.mark.shared
def test_shared_keyboards_and_mice_of_the_facts_are_carried_by_nobody(shared: Path) -> None:
    common = {
        said.partition(": ")[2]
        for _, said, _ in facts(shared, "hid.report_descriptor")
        if said.split(": ")[1][:8] in {"5333cc3a", "81c9b5a7", "55c045b2"}
    }
    assert len(common) == 3
    for value in common:
        assert strongest(UsbDescriptor(report_hashes=(value,))) is None


@pytest.mark.shared
def test_no_real_monitor_model_is_more_than_weak_unless_a_kvm_says_it_is_one(
    shared: Path,
) -> None:
    """56,932 monitors of linuxhw/EDID, half of that database, by maker and product alone."""
    with gzip.open(shared / "facts" / "edid" / "norms-source.jsonl.gz", "rt") as lines:
        models = {(each["maker"], each["product"]) for each in map(json.loads, lines)}
    assert len(models) > 5000
    found = {
        f"{maker}{product[2:]}".upper()
        for maker, product in models
        if strongest(DisplayEdid(maker=maker, product=product[2:])) not in {None, "weak", "context"}
    }
    assert found == {"LNX7771", "LNX7773"}
