"""How this laptop becomes a host: its own new key, a token, and what the collector grants.

EnrolmentFault
  Refused       the collector said no; the message says how (the operator's token, or the peer)
  BadGrant      it said yes in words that make no sense (the peer's)
"""

from dataclasses import dataclass

import msgspec
from nacl.signing import SigningKey

from agent import identity as identities
from agent.disk import Disk, Gone, store
from agent.identity import Identity
from agent.transport import Response
from agent.uplink import Uplink, plain
from wire.codec import WireError, decode, encode
from wire.enrolment import Enrolment, Grant
from wire.envelope import ENROLMENT, seal
from wire.reply import PROBLEMS, Problem
from wire.report import VERSION

NEW_KEY = "identity.key"
"""The key of an enrolment that has not ended: a second try with the token uses it again."""


class EnrolmentFault(Exception):
    """This laptop was not enrolled."""


class Refused(EnrolmentFault):
    """The collector said no."""


class BadGrant(EnrolmentFault):
    """The collector said yes in words that make no sense."""


@dataclass(frozen=True)
class Enroller:
    """Asks the collector to take this laptop, or to take it again."""

    disk: Disk
    uplink: Uplink

    def enrol(self, url: str, token: str, ca: str) -> Identity:
        """A new identity, kept on the disk before it is used."""
        key = self._new_key()
        request = Enrolment(v=VERSION, token=token, public_key=bytes(key.verify_key), at=self._at())
        grant = self._granted(key, "", request)
        identity = Identity(
            url=url,
            host_id=grant.host_id,
            keyid=grant.keyid,
            seed=bytes(key),
            hash_key=grant.hash_key,
            policy_key=grant.policy_key,
            receipt=grant.receipt,
            ca=ca,
        )
        identities.save(self.disk, identity)
        self.disk.remove(NEW_KEY)
        return identity

    def readmit(self, identity: Identity) -> Identity:
        """The identity after the collector was shown its own receipt."""
        key = SigningKey(identity.seed)
        request = Enrolment(
            v=VERSION, receipt=identity.receipt, public_key=bytes(key.verify_key), at=self._at()
        )
        grant = self._granted(key, identity.keyid, request)
        again = msgspec.structs.replace(
            identity,
            host_id=grant.host_id,
            keyid=grant.keyid,
            hash_key=grant.hash_key,
            policy_key=grant.policy_key,
            receipt=grant.receipt,
        )
        identities.save(self.disk, again)
        return again

    def _granted(self, key: SigningKey, keyid: str, request: Enrolment) -> Grant:
        envelope = seal(ENROLMENT, encode(request), keyid, lambda m: bytes(key.sign(m).signature))
        return granted(self.uplink.enrolment(encode(envelope)))

    def _new_key(self) -> SigningKey:
        try:
            return SigningKey(self.disk.read(NEW_KEY))
        except (Gone, ValueError):
            key = SigningKey.generate()
            store(self.disk, NEW_KEY, bytes(key))
            return key

    def _at(self) -> int:
        return int(self.uplink.now().timestamp())


def granted(response: Response) -> Grant:
    """What the collector granted."""
    if response.status != 201:
        raise Refused(_refusal(response))
    try:
        grant = decode(response.body, Grant)
    except WireError as error:
        raise BadGrant(
            f"the collector's grant cannot be read: {error.why} at {error.place}"
        ) from error
    if len(grant.hash_key) != 32 or len(grant.policy_key) != 32 or not grant.keyid:
        raise BadGrant("the collector's grant has keys of a wrong length")
    return grant


def _refusal(response: Response) -> str:
    try:
        problem = decode(response.body, Problem)
    except WireError:
        return f"the collector answered {response.status}"
    word = plain(problem.type.removeprefix(PROBLEMS))
    return (
        f"the collector answered {response.status} {word}: {plain(problem.detail or problem.title)}"
    )
