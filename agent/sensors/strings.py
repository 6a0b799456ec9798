"""What devices and firmware call themselves, in a length that can be sent."""

LONGEST = 128
"""A USB string descriptor holds at most 126 characters."""


def said(text: str) -> str:
    """The text without blanks and zeros around it, cut to what a device can really say."""
    return text.strip().strip("\0").strip()[:LONGEST]
