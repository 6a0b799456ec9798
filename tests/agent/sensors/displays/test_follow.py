from agent.sensors.displays.follow import follow
from agent.sensors.displays.screen import Connector, Screen
from agent.system.recorded import Page, RecordedSystem, load
from signatures.formats import edid
from signatures.hit import Hit
from signatures.traces import DisplayEdid
from tests.conftest import ROOT

PLACE = Connector("HDMI-A-1", internal=False, virtual=False)
DATA = load(ROOT / "agent/recordings/linux-laptop-innocent.yaml").read_bytes(
    "/sys/class/drm/card1-DP-1/edid"
)
HITS = (
    Hit("kvm.b", "B", "control", "strong", ("one", "two")),
    Hit("kvm.a", "A", "context", "weak", ("three",)),
    Hit("help.c", "C", "assistive", "strong", ("four",)),
)


def test_signatures_see_the_serial_number_and_the_row_does_not() -> None:
    screen = Screen(PLACE, DATA)
    assert screen.fields().keys() == set(DisplayEdid.__slots__)
    assert screen.serial_text == "7H1FXV2"
    (row,) = follow(RecordedSystem(Page(os="linux")), ((screen, HITS),))
    sent = bytes.fromhex(row.edid)
    assert (edid.parse(sent).serial_number, edid.parse(sent).serial_text) == ("00000000", "")
    assert row.edid_hash == edid.full_hash(sent) != screen.edid_hash


def test_hits_stand_in_parallel_ordered_by_id_and_assistive_ones_stay() -> None:
    (row,) = follow(RecordedSystem(Page(os="linux")), ((Screen(PLACE, DATA), HITS),))
    assert (row.hits, row.strengths, row.grounds) == (
        ("kvm.a", "kvm.b"),
        ("weak", "strong"),
        ("three", "one; two"),
    )
