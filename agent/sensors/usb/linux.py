"""USB on Linux: each device becomes a trace, to be recognised before it may leave."""

from collections.abc import Iterator

from agent.sensors.plugged import plugged
from agent.sensors.usb.descriptor import Descriptor
from agent.system import System
from wire.trace import Trace


def sense(system: System) -> Iterator[Trace]:
    """Every device that is plugged in, but for hubs."""
    yield from (Descriptor(device) for device in plugged(system))
