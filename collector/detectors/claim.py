"""A claim: what a detector concludes from rows, in one sentence that an analyst would sign."""

from dataclasses import dataclass
from typing import Literal

Class = Literal["mechanism", "place", "distance", "custody", "identity"]
Strength = Literal["A", "B", "C"]
Kind = Literal["driven", "moved", "bypassed"]
Channel = Literal[
    "tool", "session", "log", "usb", "display", "console", "input",
    "egress", "radio", "exit", "whole", "account",
    "landmark", "socket", "echo",
    "gateway", "peripheral", "operator", "delivery",
    "hr",
]  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One conclusion about one host.

    detector: its folder. about: what it is about, stable over time (a tool's or device's id), so
    that (detector, about) names the claim. because: one sentence. rows: interval numbers, ordered.
    technique: ATT&CK id. marks: words that the verdict rule asks for (`kvm_identity`).
    """

    detector: str
    about: str
    class_: Class
    channel: Channel
    strength: Strength
    because: str
    rows: tuple[int, ...]
    technique: str = ""
    kind: Kind = "driven"
    marks: tuple[str, ...] = ()
