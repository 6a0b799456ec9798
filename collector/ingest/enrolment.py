"""Enrolment: a laptop shows a token, or the receipt of an earlier enrolment, and becomes a host."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from sqlite3 import Connection
from typing import TypeVar

import msgspec

from collector.ids import uuid7
from collector.ingest.counters import Counters
from collector.ingest.refusal import Refusal, of_wire
from collector.ingest.sender import key_hint, key_id, open_envelope, signed_by
from collector.keys import Keys
from collector.store import hosts
from collector.store.audit import Deed, record
from collector.store.database import Database
from collector.store.memory import Memory
from collector.store.times import millis
from collector.tokens import Randomness, hashed
from wire.codec import WireError, decode, encode
from wire.enrolment import Enrolment, Grant, Receipt
from wire.envelope import ENROLMENT, RECEIPT, Envelope, seal
from wire.report import VERSION

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class _Admitted:
    host: hosts.Known
    known: bool


class Enrolments:
    """Admits laptops; each success and each failure is in the audit log."""

    def __init__(
        self,
        database: Database,
        memory: Memory,
        keys: Keys,
        counters: Counters,
        random: Randomness,
    ) -> None:
        self._database = database
        self._memory = memory
        self._keys = keys
        self._counters = counters
        self._random = random

    async def admit(self, body: bytes, address: str, now: datetime) -> Grant:
        """The grant for a signed request; raises the refusal."""
        request = self._request(body)
        receipt = self._receipt(request)

        def job(connection: Connection) -> _Admitted | Refusal:
            decided = self._decide(connection, request, receipt, address, now)
            _note(connection, decided, request, address, now)
            return decided

        decided = await self._database.write(job, self._remember)
        if isinstance(decided, Refusal):
            self._counters.refused_enrolments += 1
            raise decided
        if receipt is None:
            self._counters.enrolled += 1
        else:
            self._counters.readmitted += 1
        return self._grant(decided.host, now)

    def _request(self, body: bytes) -> Enrolment:
        envelope = open_envelope(body.rstrip(b"\n"), ENROLMENT, self._counters)
        request = _decode(envelope, Enrolment)
        if request.v != VERSION:
            raise Refusal("malformed", f"version {request.v} is not spoken here", "$.v")
        if len(request.public_key) != 32:
            raise Refusal("malformed", "a public key is 32 bytes", "$.public_key")
        if not signed_by(envelope, request.public_key):
            raise Refusal("unauthenticated", "the request is not signed by the key it names")
        if not request.token and request.receipt is None:
            raise Refusal("malformed", "a token or a receipt is needed", "$.token")
        return request

    def _receipt(self, request: Enrolment) -> Receipt | None:
        envelope = request.receipt
        if envelope is None:
            return None
        fits = (
            envelope.payload_type == RECEIPT
            and len(envelope.signatures) == 1
            and len(envelope.signatures[0].sig) == 64
            and signed_by(envelope, self._keys.receipt_public)
        )
        if not fits:
            self._counters.refused_enrolments += 1
            raise Refusal("refused-token", "the receipt is not ours", "$.receipt")
        receipt = _decode(envelope, Receipt)
        if receipt.public_key != request.public_key:
            self._counters.refused_enrolments += 1
            raise Refusal("refused-token", "the receipt is another key's", "$.receipt")
        return receipt

    def _decide(
        self,
        connection: Connection,
        request: Enrolment,
        receipt: Receipt | None,
        address: str,
        now: datetime,
    ) -> _Admitted | Refusal:
        host = hosts.host_with_key(connection, request.public_key)
        if receipt is None:
            refusal = self._spend(connection, request.token, host, address, now)
            if refusal is not None:
                return refusal
        elif host is None and hosts.host_with_id(connection, receipt.host_id) is not None:
            return Refusal("refused-token", "the receipt's host has another key", "$.receipt")
        if host is not None:
            return Refusal("revoked") if host.revoked else _Admitted(host, known=True)
        host_id = receipt.host_id if receipt is not None else uuid7(now, self._random)
        n = hosts.add_host(connection, host_id, request.public_key, millis(now))
        return _Admitted(hosts.Known(n, host_id, request.public_key, revoked=False), known=False)

    def _spend(
        self,
        connection: Connection,
        token: str,
        host: hosts.Known | None,
        address: str,
        now: datetime,
    ) -> Refusal | None:
        left = hosts.allowance(connection, hashed(token))
        if left is None:
            return Refusal("refused-token", "no such token", "$.token")
        if left.network and not _within(address, left.network):
            return Refusal("refused-token", "not from this network", "$.token")
        if host is not None:
            return None  # it asks again since it never heard the answer: that is no second use
        if left.expires_at <= millis(now):
            return Refusal("refused-token", "expired", "$.token")
        if left.used >= left.uses:
            return Refusal("refused-token", USED_UP, "$.token")
        hosts.use_token(connection, left.id)
        return None

    def _remember(self, decided: _Admitted | Refusal) -> None:
        if isinstance(decided, _Admitted) and not decided.known:
            self._memory.add(decided.host.n, decided.host.public_key)

    def _grant(self, host: hosts.Known, now: datetime) -> Grant:
        receipt = Receipt(
            host_id=host.host_id, public_key=host.public_key, issued=int(now.timestamp())
        )
        signer = key_hint(self._keys.receipt_public)
        return Grant(
            host_id=host.host_id,
            keyid=key_id(host.n, host.public_key),
            receipt=seal(RECEIPT, encode(receipt), signer, self._keys.sign_receipt),
            hash_key=self._keys.hash_key,
            policy_key=self._keys.policy_public,
        )


USED_UP = "used up"
"""Someone tries a token that has let in as many as it was made for: someone else has it too."""


def _note(
    connection: Connection,
    decided: _Admitted | Refusal,
    request: Enrolment,
    address: str,
    now: datetime,
) -> None:
    subject = f"key {key_hint(request.public_key)}"
    if isinstance(decided, _Admitted):
        did = "enrol" if request.receipt is None else "readmit"
        deed = Deed(now, "agent", "", address, did, decided.host.host_id, subject)
    elif decided.detail == USED_UP:
        deed = Deed(now, "-", "", address, "alarm.used-up-token", subject, decided.detail)
    else:
        return  # said once a minute and address, with all that fails before it is authenticated
    record(connection, deed)


def _within(address: str, network: str) -> bool:
    return bool(address) and ip_address(address) in ip_network(network, strict=False)


def _decode(envelope: Envelope, kind: type[T]) -> T:
    try:
        return decode(envelope.payload, kind)
    except WireError as error:
        raise of_wire(error) from error
