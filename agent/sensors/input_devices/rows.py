"""The rows of the input_devices sensor."""

from typing import Literal

from wire.row import Row

Pointer = Literal["absolute", "relative", ""]


class Device(Row, frozen=True, tag="input.device"):
    """One device that can type or point.

    name: empty for Bluetooth. virtual: made by a program. port: the USB port it is plugged into,
    as in usb.device, or empty.
    """

    name: str
    virtual: bool
    keyboard: bool
    pointer: Pointer
    port: str
