"""Simulated laptops: they sign numbered, chained reports as a real agent does, from any rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import msgspec
from nacl.signing import SigningKey

from collector.ingest.sender import key_id
from wire.codec import encode
from wire.digest import digest, sensor_digest, state_digest
from wire.enrolment import Enrolment
from wire.envelope import ENROLMENT, REPORT, Envelope, seal
from wire.report import VERSION, Ended, Gauge, Outcome, Report

Fields = Mapping[str, object]
Rows = Sequence[Fields]


@dataclass
class Laptop:
    """One laptop: its key, its number at the collector, and where it stands in its epoch.

    sensors: for each sensor how it ended, why, and its rows in force, as bytes.
    """

    key: SigningKey
    n: int
    epoch: str
    seq: int = 0
    prev: str = ""
    sensors: dict[str, tuple[Ended, str, tuple[bytes, ...]]] = field(default_factory=dict)

    @classmethod
    def seeded(cls, seed: int, n: int, epoch: str = "") -> "Laptop":
        """A laptop whose key and epoch follow from the seed."""
        random = Random(seed)  # noqa: S311 -- the same laptop in every run
        key = SigningKey(random.randbytes(32))
        return cls(key, n, epoch or digest(random.randbytes(16)))

    @property
    def public_key(self) -> bytes:
        """Its public key."""
        return bytes(self.key.verify_key)

    @property
    def keyid(self) -> str:
        """The key id of its envelopes."""
        return key_id(self.n, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Its signature of a message."""
        return self.key.sign(message).signature

    def seal(self, payload: bytes, kind: str = REPORT) -> Envelope:
        """A payload in its envelope."""
        return seal(kind, payload, self.keyid, self.sign)

    def enrolment(self, at: int, token: str = "", receipt: Envelope | None = None) -> bytes:
        """Its signed request to be enrolled or readmitted."""
        request = Enrolment(
            v=VERSION, token=token, receipt=receipt, public_key=self.public_key, at=at
        )
        return encode(seal(ENROLMENT, encode(request), "", self.sign))

    def sees(self, sensor: str, rows: Rows, ended: Ended = "ok", why: str = "") -> None:
        """From now on, the sensor says this; rows are given as their fields, kind first."""
        self.sensors[sensor] = (ended, why, tuple(msgspec.json.encode(row) for row in rows))

    def state(self) -> str:
        """The digest over all that its sensors say."""
        return state_digest(
            {
                sensor: sensor_digest(sensor, ended, why, rows)
                for sensor, (ended, why, rows) in self.sensors.items()
            }
        )

    def report(
        self,
        at: int,
        sensors: Sequence[str] = (),
        *,
        full: bool = False,
        gauges: tuple[Gauge, ...] = (),
        questions_seen: tuple[str, ...] = (),
        replaces: tuple[str, ...] = (),
    ) -> Report:
        """Its next report, with the rows of some sensors, or of all when it is full."""
        outcomes = tuple(
            Outcome(
                sensor=sensor, ended=ended, why=why, rows=tuple(msgspec.Raw(row) for row in rows)
            )
            for sensor, (ended, why, rows) in sorted(self.sensors.items())
            if full or sensor in sensors
        )
        self.seq += 1
        return Report(
            v=VERSION,
            epoch=self.epoch,
            seq=self.seq,
            prev=self.prev,
            state=self.state(),
            at=at,
            full=full,
            outcomes=outcomes,
            gauges=gauges,
            questions_seen=questions_seen,
            replaces=replaces,
        )

    def line(self, report: Report) -> bytes:
        """The report signed, as one line of a call; the next one follows it."""
        payload = encode(report)
        self.prev = digest(payload)
        return encode(self.seal(payload))
