"""What the agent says of itself: one row of its own, beside those of the sensors."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wire.report import Outcome
from wire.row import Row, encode_row

SENSOR = "agent"
PACKAGES = ("agent", "signatures", "wire")
ROOT = Path(__file__).resolve().parent.parent


class AgentSelf(Row, frozen=True, tag="agent.self"):
    """Which agent runs here.

    package: digest of its code. pack: digest of its signatures. policy: etag of the policy in
    force, or empty. recording: whether it plays a recording instead of looking at the machine.
    """

    version: str
    package: str
    pack: str
    policy: str
    recording: bool


def outcome(row: AgentSelf, why: str) -> Outcome:
    """The row as an outcome; `why` says what is amiss with the agent, for example its policy."""
    return Outcome(sensor=SENSOR, ended="ok", why=why, rows=(encode_row(row),))


def own_version() -> str:
    """The version that is installed."""
    try:
        return version("farmwatch")
    except PackageNotFoundError:
        return "unknown"


def own_package(root: Path = ROOT) -> str:
    """A digest over the code that the agent runs from."""
    whole = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".json"}:
                whole.update(f"{path.relative_to(root).as_posix()}\n".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:32]
