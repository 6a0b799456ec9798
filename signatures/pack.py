"""The pack: all signatures, as the laptop carries them in pack.json, without YAML.

PackFault
  the file is not a pack that this version can read: ours, since the file ships with the code
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from signatures.shape import Os, Signature
from wire.digest import digest

SHIPPED = Path(__file__).with_name("pack.json")
PACKS = Path(__file__).with_name("packs")


class PackFault(ValueError):
    """A pack that cannot be read; the message names the file."""


class _File(msgspec.Struct, frozen=True):
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Pack:
    """A set of signatures, ordered by id, and the digest that names it."""

    signatures: tuple[Signature, ...]
    digest: str

    @cached_property
    def _by_id(self) -> dict[str, Signature]:
        return {signature.id: signature for signature in self.signatures}

    def by_id(self, id: str) -> Signature | None:
        """The signature of that id, or nothing."""
        return self._by_id.get(id)

    def paths(self, os: Os) -> tuple[str, ...]:
        """The files and folders to look for on that system, each written out in full."""
        return tuple(sorted(set(self._values("file.path", "path", os, frozenset({"is"})))))

    def globs(self, os: Os) -> tuple[str, ...]:
        """The files and folders to look for whose names vary; a star stands for no separator."""
        return tuple(sorted(set(self._values("file.path", "path", os, frozenset({"glob"})))))

    def units(self, os: Os = "linux") -> tuple[str, ...]:
        """The services to look for; `tool@*.service` where each user or display has its own."""
        hows = frozenset({"is", "glob"})
        return tuple(sorted(set(self._values("service.unit", "name", os, hows))))

    def _values(self, kind: str, field: str, os: Os, hows: frozenset[str]) -> Iterable[str]:
        for signature in self.signatures:
            for indicator in signature.indicators:
                if indicator.kind == kind and (not indicator.os or os in indicator.os):
                    for condition in indicator.conditions:
                        if condition.field == field and condition.how in hows:
                            yield from condition.values


def packed(signatures: Iterable[Signature]) -> Pack:
    """The signatures as a pack: ordered by id, without their examples."""
    bare = tuple(
        msgspec.structs.replace(signature, examples=())
        for signature in sorted(signatures, key=lambda signature: signature.id)
    )
    return Pack(bare, digest(msgspec.json.encode(_File(bare))))


def written(pack: Pack) -> bytes:
    """The pack as pack.json holds it: indented, so that a change shows in review."""
    return msgspec.json.format(msgspec.json.encode(_File(pack.signatures)), indent=1) + b"\n"


def load(path: Path = SHIPPED) -> Pack:
    """The pack of a pack.json, by default the one that ships with the code."""
    try:
        return packed(msgspec.json.decode(path.read_bytes(), type=_File).signatures)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PackFault(f"{path.name}: not a pack: {error}") from error
