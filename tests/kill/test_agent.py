"""An agent is killed at random points while its machine changes, and nothing is lost or doubled."""

import os
import shutil
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.end_to_end.site import Site, site
from tests.processes import said, until

KILLS = int(os.environ.get("FARMWATCH_KILLS", "10"))
STEPS = 5 if KILLS <= 10 else 10
SEED = 20_261_124
RECORDING = ROOT / "agent/recordings/linux-laptop-pikvm.yaml"
POLICY = "cadence: {sense_s: 1, next_report_s: 2}\n"
KVM = "/usb1/1-2"
VNC = {"pid": 4242, "started": 42420, "name": "x11vnc", "path": "/usr/bin/x11vnc", "arguments": []}


def play(page: Path, step: int) -> None:
    """Makes the machine what it is in a step; its name tells it, a KVM and a tool come and go."""
    machine: dict[str, Any] = yaml.safe_load(RECORDING.read_text())
    machine["files"]["/proc/sys/kernel/hostname"] = f"step-{step}\n"
    if step % 2:
        for what in ("files", "links"):
            machine[what] = {
                path: there
                for path, there in machine[what].items()
                if KVM not in path and KVM not in str(there)
            }
    if step % 3:
        machine["processes"].append(VNC)
    new = page.with_suffix(".new")
    new.write_text(yaml.safe_dump(machine))
    new.replace(page)


def start(made: Site, page: Path) -> None:
    """Starts the agent on what is played."""
    made.start_agent("laptop", "--url", made.url, "--recording", str(page))


def seen(made: Site, step: int) -> None:
    """Waits until the collector has seen and judged the step: a burst may hold it back for 15 s."""
    path = f"/v1/hosts/{made.host_of('laptop')}"
    until(
        lambda: made.api(path)["host"]["name"] == f"step-{step}", 40, f"step {step}\n{made.logs()}"
    )
    until(lambda: made.api("/readyz")["lag"] == 0, 20, "no lag")


def policy_of(made: Site) -> str:
    """The policy that the agent says is in force."""
    (own,) = made.api(f"/v1/hosts/{made.host_of('laptop')}/rows", kind="agent.self")["rows"]
    return str(own["fields"]["policy"])


def test_a_killed_agent_says_what_an_undisturbed_one_says(tmp_path: Path) -> None:
    folders = tmp_path / "calm", tmp_path / "disturbed"
    pages = [tmp_path / f"{folder.name}.yaml" for folder in folders]
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    folders[0].mkdir()
    for page in pages:
        play(page, 0)
    with site(folders[0]) as made:
        made.start_collector(policy)
        start(made, pages[0])
        seen(made, 0)
        until(lambda: policy_of(made), 10, f"the policy in force\n{made.logs()}")
        made.agents["laptop"].end()
    # One host from here on in two collectors: the same keys, the same epoch.
    shutil.copytree(*folders)

    random = Random(SEED)
    kills = 0
    with site(folders[0]) as calm, site(folders[1]) as disturbed:
        for made, page in zip((calm, disturbed), pages, strict=True):
            made.start_collector(policy)
            start(made, page)
        for step in range(1, STEPS + 1):
            for page in pages:
                play(page, step)
            for _ in range(KILLS // STEPS):
                time.sleep(random.uniform(0.0, 1.2))
                disturbed.agents["laptop"].kill()
                kills += 1
                start(disturbed, pages[1])
            for made in (calm, disturbed):
                seen(made, step)

    said(
        sys.executable, "-m", "lab.checker", "--agents",
        *(str(folder / "collector/farmwatch.sqlite") for folder in folders),
    )  # fmt: skip
    assert kills == KILLS
