"""What a process is called: by its file, by its script, by itself."""

from collections.abc import Iterator
from posixpath import basename

from agent.system import Process
from signatures.traces import ProcessImage

COMM = 15
"""The kernel keeps this many bytes of a name (TASK_COMM_LEN)."""


def images(process: Process) -> Iterator[ProcessImage]:
    """The process under each of its names: an interpreter's script has one of its own."""
    for name in dict.fromkeys((basename(process.path), whole_name(process))):
        if name:
            yield ProcessImage(name, process.path, process.arguments)


def whole_name(process: Process) -> str:
    """The process's own name; where the kernel cut it, as its arguments complete it."""
    if len(process.name.encode()) < COMM:
        return process.name
    words = (basename(word) for word in process.arguments[:2])
    return next((word for word in words if word.startswith(process.name)), process.name)
