"""SCSI inquiry strings in one spelling, as a disk says who made it."""


def inquiry(vendor: str, product: str, revision: str = "") -> str:
    """Vendor, product and revision with single spaces between: `PiKVM Optical Drive 1.00`."""
    return " ".join(f"{vendor} {product} {revision}".replace("\0", " ").split())
