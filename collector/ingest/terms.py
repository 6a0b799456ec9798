"""What every reply tells a laptop: when to report next, which policy and pack it should have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """The terms in force; policy and pack are etags, empty for none."""

    next_report_s: int = 300
    policy: str = ""
    pack: str = ""
