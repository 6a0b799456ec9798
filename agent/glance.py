"""One look at the machine that leaves no trace, for whoever asks without being resident."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from agent import assembly
from agent import identity as identities
from agent.assembly import Place, Say
from agent.gather import Sweep
from agent.identity import NotEnrolled
from agent.system.recording import RecordingSystem

NO_KEY = bytes(32)


def looked(place: Place, tell: Say) -> Sweep:
    """One sweep that leaves no trace: what it counts goes into a folder that is thrown away."""
    try:
        identity = identities.load(place.disk)
    except NotEnrolled:
        tell("not enrolled: keyed hashes are made with a key of zeros")
        identity = None
    hash_key = identity.hash_key if identity else NO_KEY
    with tempfile.TemporaryDirectory() as folder:
        with suppress(OSError):
            shutil.copy(place.data / "tallies.json", folder)
        machine = assembly.system(place, hash_key, Path(folder))
        return assembly.senses(
            place, machine, identity.policy_key if identity else b"", tell
        ).sweep({})


def recorded(place: Place, about: str, tell: Say) -> str:
    """What this machine says to every sensor, scrubbed, as a page."""
    with tempfile.TemporaryDirectory() as folder:
        machine = RecordingSystem(assembly.system(place, NO_KEY, Path(folder)))
        assembly.senses(place, machine, b"", tell).sweep({})
    return machine.page(about)
