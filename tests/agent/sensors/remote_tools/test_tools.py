import pytest

from agent.sensors import Named
from agent.sensors.remote_tools.tools import tools
from signatures.hit import Hit, Role, Strength
from signatures.traces import FilePath, ProcessImage, ServiceUnit

IMAGE = ProcessImage("x11vnc", "/usr/bin/x11vnc", ("x11vnc",))


def hit(strength: Strength, role: Role = "control", signature: str = "remote_access.x11vnc") -> Hit:
    return Hit(signature, "x11vnc", role, strength, (f"{strength} ground",))


def names(*named: Named) -> list[str]:
    return [tool.signature for tool in tools(named)]


def test_a_tool_is_as_sure_as_its_best_ground_and_has_all_of_them() -> None:
    (tool,) = tools(((IMAGE, (hit("weak"),)), (ServiceUnit("x11vnc.service"), (hit("strong"),))))
    assert (tool.strength, tool.grounds, tool.installed) == (
        "strong", ("strong ground", "weak ground"), True,
    )  # fmt: skip


@pytest.mark.parametrize("strength", ["weak", "context"])
def test_faint_grounds_alone_make_no_tool(strength: Strength) -> None:
    assert names((IMAGE, (hit(strength),)), (FilePath("/x"), (hit(strength),))) == []


@pytest.mark.parametrize("role", ["manage", "client", "transport", "assistive", "context"])
def test_only_control_tools_are_told(role: Role) -> None:
    assert names((IMAGE, (hit("decisive", role),))) == []


def test_what_an_assistive_tool_is_recognised_in_is_no_control_tool() -> None:
    assistive = hit("moderate", "assistive", "assistive.talon")
    assert names((IMAGE, (hit("decisive"), assistive))) == []
    other = ProcessImage("other", "/usr/bin/other", ())
    assert names((IMAGE, (hit("decisive"),)), (other, (assistive,))) == ["remote_access.x11vnc"]
