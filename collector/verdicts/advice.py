"""What would clear a claim, and what to ask the host next: one line for each detector."""

from collections.abc import Mapping
from dataclasses import dataclass

from collector.verdicts.verdict import Ask


@dataclass(frozen=True)
class Advice:
    """What clears a detector's claims, and the sensors whose answer would tell more."""

    clears: str
    ask: tuple[Ask, ...] = ()


_TOOLS = Ask("remote_tools", "which tools run now, and is somebody connected?")
_USB = Ask("usb", "is the device still plugged in, and what else shares its structure?")
_DISPLAYS = Ask("displays", "is a real monitor attached beside it?")
_LOGINS = Ask("sessions", "who is logged in from elsewhere now?")

ADVICE: Mapping[str, Advice] = {
    "control_tool_present": Advice("remove the tool, or sanction it in policy", (_TOOLS,)),
    "control_tool_session": Advice(
        "the sessions end and policy's claim_days pass, or the tool is sanctioned in policy",
        (_TOOLS, _LOGINS),
    ),
    "control_tool_unattended": Advice(
        "switch its unattended access off, remove the tool, or sanction it in policy", (_TOOLS,)
    ),
    "forked_agent": Advice("enrol the copy, or the restored machine, anew; then policy's "
                           "claim_days pass", (Ask("machine", "is it the machine we enrolled?"),)),
    "kvm_display": Advice(
        "the device is unplugged and policy's claim_days pass, or it is sanctioned in policy",
        (_DISPLAYS, _USB),
    ),
    "kvm_usb": Advice(
        "the device is unplugged and policy's claim_days pass, or it is sanctioned in policy",
        (_USB, _DISPLAYS),
    ),
}  # fmt: skip
