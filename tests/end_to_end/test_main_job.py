"""The main job on real parts: a laptop reports, the collector says why it looks remotely driven."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.end_to_end.network import Network, network
from tests.end_to_end.site import Site, site
from tests.processes import Program, program, until

# All else as shipped: `sense_s` so that the test is short, `judge_virtual` because this machine
# may be a virtual one.
POLICY = "cadence: {sense_s: 5}\njudge_virtual: true\n"
PROGRAMS = ("Xtigervnc", "xtigervncviewer", "Xvfb", "ip")
LACKING = [name for name in PROGRAMS if shutil.which(name) is None]
TOOL = "remote_access.tigervnc"
PORT = 5993

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="network namespaces need root on Linux"
)
needs_vnc = pytest.mark.skipif(
    bool(LACKING), reason=f"not installed: {', '.join(LACKING)} (tests/packages.sh installs them)"
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    """A running collector with the test's policy."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    with site(tmp_path) as made:
        made.start_collector(policy)
        yield made


@contextmanager
def vnc_server(net: Network, log: Path) -> Iterator[Program]:
    """TigerVNC's X server, open to viewers on this machine's end of the pair."""
    with program(
        "Xtigervnc", ":93", "-rfbport", str(PORT), "-interface", net.near,
        "-SecurityTypes", "None", log=log,
    ) as server:  # fmt: skip
        yield server


@contextmanager
def vnc_viewer(net: Network, folder: Path) -> Iterator[Program]:
    """TigerVNC's viewer in the other network, with a screen of its own."""
    inside = ("ip", "netns", "exec", net.name)
    with program(*inside, "Xvfb", ":94", log=folder / "xvfb.log"):
        socket = Path("/tmp/.X11-unix/X94")  # where X servers put theirs
        until(socket.exists, 10, "the viewer's screen")
        with program(
            *inside, "xtigervncviewer", f"{net.near}::{PORT}",
            log=folder / "viewer.log", env={"DISPLAY": ":94"},
        ) as viewer:  # fmt: skip
            yield viewer


def claims(here: Site, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The host's claims in force, by detector and what they are about."""
    host = here.api(f"/v1/hosts/{here.host_of(name)}")
    return {(claim["detector"], claim["about"]): claim for claim in host["claims"]}


def level(here: Site, name: str) -> str:
    """The level of the host's verdict."""
    return str(here.api(f"/v1/hosts/{here.host_of(name)}")["verdict"]["level"])


def rows(here: Site, name: str, kind: str) -> list[dict[str, Any]]:
    """The host's rows in force of one kind."""
    answer = here.api(f"/v1/hosts/{here.host_of(name)}/rows", kind=kind)
    return [row["fields"] for row in answer["rows"]]


def running(here: Site, name: str) -> list[dict[str, Any]]:
    """The tools that run; others may be installed on this machine."""
    return [row for row in rows(here, name, "remote_tool.present") if row["running"]]


@needs_root
@needs_vnc
def test_a_real_viewer_on_a_real_vnc_server_is_claimed_with_tool_peer_and_reason(
    here: Site, tmp_path: Path
) -> None:
    here.start_agent("laptop")
    until(lambda: level(here, "laptop") == "clear", 15, f"a first verdict\n{here.logs()}")
    with network() as net, vnc_server(net, tmp_path / "vnc.log"):
        until(
            lambda: ("control_tool_unattended", TOOL) in claims(here, "laptop"),
            15,
            f"the idle server as a tool\n{here.logs()}",
        )
        (present,) = running(here, "laptop")
        assert (present["tool"], present["listening"]) == (TOOL, [PORT])
        assert rows(here, "laptop", "remote_tool.session") == []
        assert level(here, "laptop") == "observe"

        with vnc_viewer(net, tmp_path):
            found = until(
                lambda: claims(here, "laptop").get(("control_tool_session", TOOL)),
                15,
                f"a claim about the session\n{here.logs()}",
            )
            assert (found["class"], found["channel"]) == ("mechanism", "session")
            assert "TigerVNC" in found["because"]
            assert net.far in found["because"]
            assert [row["peer"] for row in rows(here, "laptop", "remote_tool.session")] == [net.far]
            # Design, judging: unattended access is B, a session under 30 minutes is C: one B.
            assert level(here, "laptop") == "observe"
            page = here.page(f"/hosts/{here.host_of('laptop')}")
            assert found["because"] in page
            assert net.far in page

        until(
            lambda: rows(here, "laptop", "remote_tool.session") == [],
            15,
            f"the end of the session\n{here.logs()}",
        )
    until(
        lambda: running(here, "laptop") == [],
        30,
        f"the end of the tool\n{here.logs()}",
    )
    until(lambda: level(here, "laptop") == "clear", 10, "a clear verdict after it ended")


def test_a_recorded_laptop_with_a_pikvm_comes_to_review_and_the_finding_is_polled(
    here: Site,
) -> None:
    here.start_agent("kvm", "--recording", str(ROOT / "agent/recordings/linux-laptop-pikvm.yaml"))
    until(lambda: level(here, "kvm") == "review", 15, f"review\n{here.logs()}")

    (self_row,) = rows(here, "kvm", "agent.self")
    assert self_row["recording"] is True
    found = claims(here, "kvm")
    assert found["kvm_usb", "kvm.pikvm"]["strength"] == "A"
    assert found["kvm_display", "kvm.pikvm"]["strength"] == "A"
    polled = here.api("/v1/findings", after="0")["findings"]
    assert [(finding["n"], finding["level"], finding["host_id"]) for finding in polled] == [
        (1, "review", here.host_of("kvm"))
    ]
    assert here.api("/v1/findings", after="1")["findings"] == []


def test_a_question_is_answered_once_by_the_host_it_was_put_to(here: Site) -> None:
    here.start_agent("laptop")
    until(lambda: level(here, "laptop") == "clear", 15, f"a first verdict\n{here.logs()}")
    asked = here.operator("ask", here.host_of("laptop"), "network", "--wait", "0")
    # The question rides on the next reply: any report will do, and a restart makes one at once.
    here.agents["laptop"].end()
    here.start_agent("laptop")

    def answered() -> Any:
        (host,) = here.api(f"/v1/questions/{asked['id']}")["hosts"]
        return host if host["state"] == "answered" else None

    answer = until(answered, 20, f"an answer\n{here.logs()}")
    assert answer["host_id"] == here.host_of("laptop")
    assert answer["outcome"]["sensor"] == "network"
    assert answer["outcome"]["ended"] in {"ok", "nothing"}


def test_operators_see_each_sensors_outcome_and_verdict_of_this_machine(here: Site) -> None:
    here.start_agent("laptop")
    until(lambda: level(here, "laptop") == "clear", 15, f"a first verdict\n{here.logs()}")

    (host,) = here.operator("hosts")["hosts"]

    assert host["host_id"] == here.host_of("laptop")
    assert host["level"] == "clear"
    assert {outcome["sensor"] for outcome in host["outcomes"]} >= {
        "clock", "displays", "input_devices", "machine", "network", "power", "remote_tools",
        "sessions", "usb",
    }  # fmt: skip
    assert {outcome["ended"] for outcome in host["outcomes"]} <= {
        "ok", "nothing", "denied", "failed", "off",
    }  # fmt: skip
