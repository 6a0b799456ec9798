import pytest

from agent.sensors.displays.linux import connector
from agent.sensors.displays.screen import Connector

PCI = "/sys/devices/pci0000:00/0000:00:02.0/drm/card0/"


@pytest.mark.parametrize(
    ("folder", "path", "place"),
    [
        (
            "card0-HDMI-A-1",
            PCI + "card0-HDMI-A-1",
            Connector("HDMI-A-1", internal=False, virtual=False),
        ),
        ("card1-eDP-1", PCI + "card1-eDP-1", Connector("eDP-1", internal=True, virtual=False)),
        ("card0-LVDS-1", PCI + "card0-LVDS-1", Connector("LVDS-1", internal=True, virtual=False)),
        ("card0-DSI-1", PCI + "card0-DSI-1", Connector("DSI-1", internal=True, virtual=False)),
        (
            "card0-Virtual-1",
            PCI + "card0-Virtual-1",
            Connector("Virtual-1", internal=False, virtual=True),
        ),
        (
            "card2-HDMI-A-1",
            "/sys/devices/platform/vkms/drm/card2/card2-HDMI-A-1",
            Connector("HDMI-A-1", internal=False, virtual=True),
        ),
        (
            "card3-DVI-I-1",
            "/sys/devices/platform/evdi.0/drm/card3/card3-DVI-I-1",
            Connector("DVI-I-1", internal=False, virtual=False),
        ),
    ],
)
def test_a_connector_is_built_in_or_made_up_or_neither(
    folder: str, path: str, place: Connector
) -> None:
    assert connector(folder, path) == place
