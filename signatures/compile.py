"""`python -m signatures.compile`: writes pack.json from the YAML; with --check only compares."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from signatures.faults import Faults
from signatures.loader import load_all
from signatures.pack import PACKS, SHIPPED, written


def main(arguments: Sequence[str] | None = None) -> int:
    """Compiles; 0 when done or current, 1 when --check finds it stale, 2 on faults."""
    parser = argparse.ArgumentParser(prog="python -m signatures.compile", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PACKS, help="where the YAML is")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the file to write or compare")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    given = parser.parse_args(arguments)
    try:
        pack = load_all(given.folder)
    except Faults as faults:
        print(faults, file=sys.stderr)
        return 2
    said = f"{len(pack.signatures)} signatures, {pack.digest}"
    try:
        if given.check and (not given.to.exists() or given.to.read_bytes() != written(pack)):
            print(f"{given.to.name} is stale: run python -m signatures.compile", file=sys.stderr)
            return 1
        if not given.check:
            given.to.write_bytes(written(pack))
    except OSError as error:
        print(f"{given.to}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{given.to.name} is current: {said}" if given.check else f"{given.to.name}: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
