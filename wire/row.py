"""A row: one flat fact with a kind, true until the machine changes."""

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=""):
    """One flat fact; a subclass names its kind with `tag="noun.noun"`."""


def kind_of(row: Row) -> str:
    """The row's kind, for example `usb.device`."""
    return str(row.__struct_config__.tag)


def encode_row(row: Row) -> msgspec.Raw:
    """The row as JSON bytes, fields in the order of the class."""
    return msgspec.Raw(msgspec.json.encode(row))
