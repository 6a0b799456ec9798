"""What ingest counts, for /metrics."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Plain numbers, each counted in one thread only.

    unknown_fields: fields that this side does not know, ignored. shed: calls told to come later.
    """

    calls: int = 0
    accepted: int = 0
    known: int = 0
    changed: int = 0
    gaps: int = 0
    forks: int = 0
    refused_rows: int = 0
    unknown_fields: int = 0
    malformed: int = 0
    unauthenticated: int = 0
    too_large: int = 0
    shed: int = 0
    failed: int = 0
    enrolled: int = 0
    readmitted: int = 0
    refused_enrolments: int = 0
    answers: int = 0
