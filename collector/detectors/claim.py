"""A claim: what a detector concludes from rows, in one sentence that an analyst would sign."""

from typing import Literal

import msgspec

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


class Claim(msgspec.Struct, frozen=True, rename={"class_": "class"}):
    """One conclusion about one host; stored as JSON with these fields, `class_` as `class`.

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

    @property
    def name(self) -> tuple[str, str]:
        """What tells this claim from others of the host, whatever it says today."""
        return self.detector, self.about
