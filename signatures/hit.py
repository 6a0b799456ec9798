"""A hit: a signature recognised something, on these grounds, this surely."""

from dataclasses import dataclass
from typing import Literal

Strength = Literal["decisive", "strong", "moderate", "weak", "context"]
Role = Literal["control", "manage", "client", "transport", "assistive", "context"]


@dataclass(frozen=True)
class Hit:
    """What a matcher says of one row or trace.

    signature: its id, for example kvm.pikvm. name: what people call it. strength: of the best
    ground. grounds: each indicator that matched, in words, for example `product PiKVM`.
    """

    signature: str
    name: str
    role: Role
    strength: Strength
    grounds: tuple[str, ...]
