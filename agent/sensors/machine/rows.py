"""The rows of the machine sensor."""

from wire.row import Row


class Identity(Row, frozen=True, tag="machine.identity"):
    """The machine itself.

    os: linux, macos or windows. chassis: laptop, desktop, server, tablet, mini, virtual or other.
    serial: keyed hash of the serial number without blanks, in upper case. installed_on: ISO date.
    What the machine does not say is empty.
    """

    host_name: str
    os: str
    os_version: str
    os_build: str
    maker: str
    model: str
    chassis: str
    serial: str
    serial_tail: str
    installed_on: str
    mdm_id: str


class Virtual(Row, frozen=True, tag="machine.virtual"):
    """The machine is a virtual one; `by` names the hypervisor."""

    by: str
