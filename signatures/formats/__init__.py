"""Decoders of standard formats, for both sides: bytes in, values or a fault of our own out."""
