"""The control tools that come with a system: in the pack or not, policy may sanction them."""

WITH_THE_SYSTEM = frozenset(
    {
        "remote_access.quick_assist",
        "remote_access.rdp",
        "remote_access.screen_sharing",
        "remote_access.ssh",
    }
)
