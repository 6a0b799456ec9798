"""SCSI inquiry strings in one spelling."""

from signatures.formats.scsi import inquiry


def test_padding_becomes_single_spaces() -> None:
    assert inquiry("PiKVM   ", "Optical Drive   ", "1.00") == "PiKVM Optical Drive 1.00"


def test_what_is_missing_leaves_no_trace() -> None:
    assert inquiry("JetKVM  ", "Virtual Media\0\0\0") == "JetKVM Virtual Media"
