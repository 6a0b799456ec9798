"""The bare peer takes what follows, and nothing else."""

import asyncio
from pathlib import Path

import pytest
from nacl.exceptions import BadSignatureError

from lab.bare import Bare
from lab.laptops import Laptop
from wire.codec import encode
from wire.envelope import REPORT, Envelope


def answers(bare: Bare, *lines: bytes) -> list[int]:
    async def each() -> list[int]:
        statuses: list[int] = []

        async def send(message: dict[str, object]) -> None:
            if isinstance(status := message.get("status"), int):
                statuses.append(status)

        for line in lines:

            async def receive(line: bytes = line) -> dict[str, object]:
                return {"body": line}

            await bare.application({"type": "http"}, receive, send)
        return statuses

    return asyncio.run(each())


def test_reports_that_follow_are_taken(tmp_path: Path) -> None:
    laptop = Laptop.seeded(1, 1)
    bare = Bare(laptop.public_key, tmp_path / "bare.db")

    assert answers(bare, *(laptop.line(laptop.report(at)) for at in range(3))) == [202, 202, 202]


def test_what_is_not_signed_or_does_not_follow_is_not_taken(tmp_path: Path) -> None:
    laptop = Laptop.seeded(1, 1)
    bare = Bare(laptop.public_key, tmp_path / "bare.db")
    line = laptop.line(laptop.report(1))
    other = laptop.seal(b"something else").signatures
    forged = encode(Envelope(REPORT, encode(laptop.report(2)), other))

    answers(bare, line)
    with pytest.raises(ValueError, match="1: 1 after 1"):
        answers(bare, line)
    with pytest.raises(BadSignatureError):
        answers(bare, forged)
