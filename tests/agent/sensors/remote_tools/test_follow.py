from typing import Any

import msgspec
import pytest

from agent.sensors import Named
from agent.sensors.remote_tools.follow import follow
from agent.system.recorded import Page, RecordedSystem
from signatures.hit import Hit
from signatures.traces import FilePath


def told(**said: Any) -> list[tuple[str, bool, bool, str]]:
    system = RecordedSystem(msgspec.convert({"os": "linux", **said}, Page))
    rows = [msgspec.to_builtins(row) for row in follow(system, tuple(ANYDESK))]
    return [(row["tool"], row["installed"], row["running"], row["unattended"]) for row in rows]


ANYDESK: list[Named] = [
    (
        FilePath("/usr/bin/anydesk"),
        (Hit("remote_access.anydesk", "AnyDesk", "control", "strong", ("file",)),),
    )
]


@pytest.mark.parametrize(
    ("said", "unattended"),
    [
        ({}, "no"),
        ({"files": {"/etc/anydesk/service.conf": "ad.anynet.cert=x\n"}}, "no"),
        ({"files": {"/etc/anydesk/service.conf": "a\n ad.anynet.pwd_hash=00\n"}}, "yes"),
        ({"files": {"/etc/anydesk/service.conf": ""}, "denied": ["/etc/anydesk"]}, "unknown"),
        (
            {
                "files": {"/etc/anydesk/service.conf": ""},
                "denied": ["/etc/anydesk/service.conf"],
            },
            "unknown",
        ),
    ],
)
def test_unattended_access_shows_in_the_tools_own_file(
    said: dict[str, Any], unattended: str
) -> None:
    assert told(**said) == [("remote_access.anydesk", True, False, unattended)]
