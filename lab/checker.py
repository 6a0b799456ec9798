"""Compares two collectors' databases, number by number, and says each difference.

    python -m lab.checker [--agents] ONE TWO      exit code 1 when they differ

Both were sent the same reports; one was disturbed. What may differ is when: times of arrival, ids
that are drawn by chance, ticks, and the numbers that ticks take in the journal. Everything else
has to be equal: journal entries are therefore named by host, epoch and number of the report, rows
by what they say, and times in documents are left out.

With `--agents` both were sent what an agent said of the same machine, and one agent was disturbed:
then the numbers, bytes and times of reports differ too, and an entry is named by how many its host
had before it.
"""

import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

# 2026-03-02T09:00:00Z or 2026-03-02 09:00:00.123456+00:00
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
MILLIS = re.compile(r"\b1[5-9]\d{11}\b")
SHOWN = 5
WIDTH = 500

JOURNAL = """
    SELECT host, cause, epoch, seq, digest, envelope FROM journal
    WHERE cause NOT IN ('tick', 'policy') ORDER BY n
"""
PLACES = """
    SELECT n, cause, host, epoch, seq FROM journal
"""
PLACES_IN_TURN = """
    SELECT n, cause, host, 'entry', row_number() OVER (PARTITION BY host ORDER BY n) FROM journal
    WHERE cause NOT IN ('tick', 'policy')
"""
HOSTS = """
    SELECT host.n, hex(public_key), name, serial_tail, mdm_id, epoch, seq, digest, state, at
    FROM host JOIN host_hot ON host_hot.n = host.n ORDER BY host.n
"""
INTERVALS = """
    SELECT host, sensor, interval.kind, content, since, until, since_at, until_at
    FROM interval JOIN body ON body.id = body ORDER BY interval.id
"""
CLAIMS = """
    SELECT host, detector, about, class, channel, strength, document, since, until
    FROM claim ORDER BY host, since, detector, about, id
"""
VERDICTS = "SELECT host, level, kind, document, since, until FROM verdict ORDER BY host, since, id"
FINDINGS = "SELECT n, host, cause, level, document, journal FROM finding ORDER BY n"
QUARANTINE = "SELECT host, epoch, seq, digest FROM quarantine ORDER BY id"

Line = tuple[object, ...]


class Store:
    """One database, read as something that can be compared."""

    def __init__(self, path: Path, *, agents: bool = False) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._agents = agents
        places = self._connection.execute(PLACES_IN_TURN if agents else PLACES)
        self._places = {n: " ".join(map(str, place)) for n, *place in places}

    def tables(self) -> dict[str, list[Line]]:
        """What is compared, by name."""
        journal = list(self._connection.execute(JOURNAL))
        hosts = list(self._connection.execute(HOSTS))
        return {
            "journal": [line[:2] for line in journal] if self._agents else journal,
            "host": [line[:5] for line in hosts] if self._agents else hosts,
            "row": list(self._rows()),
            "claim": list(self._judged(CLAIMS, document=6)),
            "verdict": list(self._judged(VERDICTS, document=3)),
            "finding": list(self._findings()),
            "quarantine": list(self._connection.execute(QUARANTINE)),
        }

    def _place(self, n: int | None) -> str:
        return "open" if n is None else self._places.get(n, f"no entry {n}")

    def _rows(self) -> Iterator[Line]:
        for *what, since, until, since_at, until_at in self._connection.execute(INTERVALS):
            times = () if self._agents else (since_at, until_at)
            yield (*what, self._place(since), self._place(until), *times)

    def _judged(self, query: str, document: int) -> Iterator[Line]:
        for *what, since, until in self._connection.execute(query):
            what[document] = timeless(what[document])
            yield (*what, self._place(since), self._place(until))

    def _findings(self) -> Iterator[Line]:
        for *what, document, journal in self._connection.execute(FINDINGS):
            yield (*what, timeless(document), self._place(journal))


def timeless(document: bytes) -> str:
    """A document without the times in it."""
    text = json.dumps(json.loads(document), sort_keys=True)
    return MILLIS.sub("(time)", TIME.sub("(time)", text))


def differences(one: Path, two: Path, *, agents: bool = False) -> Iterator[str]:
    """Each difference in one line, at most so many a table."""
    there, here = Store(one, agents=agents).tables(), Store(two, agents=agents).tables()
    for table, lines in there.items():
        others = here[table]
        if len(lines) != len(others):
            yield f"{table}: {len(lines)} and {len(others)} lines"
        unequal = [
            f"{table} {number}: {first} and {second}"
            for number, (first, second) in enumerate(zip_longest(lines, others), start=1)
            if first != second
        ]
        yield from unequal[:SHOWN]
        if len(unequal) > SHOWN:
            yield f"{table}: {len(unequal) - SHOWN} more"
        for line, count in (Counter(lines) - Counter(set(lines))).items():
            if table == "journal" and count and not agents:
                yield f"{table}: stored {count + 1} times: {line}"


def main() -> None:
    """Prints the differences."""
    paths = [word for word in sys.argv[1:] if word != "--agents"]
    if len(paths) != 2:
        sys.exit(__doc__)
    found = list(differences(Path(paths[0]), Path(paths[1]), agents="--agents" in sys.argv))
    for line in found:
        sys.stdout.write(f"{line[:WIDTH]}\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
