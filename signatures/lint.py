"""`python -m signatures.lint [FOLDER]`: prints every fault of every signature file."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from signatures.faults import Faults
from signatures.loader import read_all
from signatures.pack import PACKS


def main(arguments: Sequence[str] | None = None) -> int:
    """Lints; 0 without faults, 2 with."""
    parser = argparse.ArgumentParser(prog="python -m signatures.lint", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PACKS, help="FAMILY/TOOL.yaml")
    given = parser.parse_args(arguments)
    try:
        signatures = read_all(given.folder)
    except Faults as faults:
        for fault in faults.faults:
            print(fault)
        print(f"{len(faults.faults)} faults")
        return 2
    print(f"{len(signatures)} signatures, no faults")
    return 0


if __name__ == "__main__":
    sys.exit(main())
