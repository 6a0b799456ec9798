"""One example of each message, as agents and collectors send it; golden/ holds their bytes."""

import msgspec
from nacl.signing import SigningKey

from wire.enrolment import Enrolment, Grant, Receipt
from wire.envelope import RECEIPT, REPORT, Envelope, seal
from wire.policy import AgentPolicy, Landmark, SensorPolicy
from wire.question import Answer, Question
from wire.reply import PROBLEMS, Problem, RefusedRow, Reply
from wire.report import Gauge, Outcome, Report

KEY = SigningKey(bytes(range(32)))
EPOCH, STATE, PREV = "Yh0kPbQ7m3rX2u8aVtWc4A", "s" * 22, "p" * 22

REPORT_EXAMPLE = Report(
    v=1,
    epoch=EPOCH,
    seq=42,
    prev=PREV,
    state=STATE,
    at=1795510800,
    full=True,
    outcomes=(
        Outcome(
            sensor="usb",
            ended="ok",
            rows=(msgspec.Raw(b'{"kind":"usb.device","port":"1-2","functions":["keyboard"]}'),),
        ),
        Outcome(sensor="displays", ended="denied", why="add the user to group video"),
    ),
    gauges=(Gauge(name="rss_bytes", value=31000000.0),),
    questions_seen=("q1",),
    replaces=("r" * 22,),
)
UNCHANGED = Report(v=1, epoch=EPOCH, seq=43, prev=PREV, state=STATE, at=1795510800)
RECEIPT_EXAMPLE = Receipt(host_id="0191", public_key=bytes(KEY.verify_key), issued=1795510800)


def sealed(kind: str, payload: bytes) -> Envelope:
    """The payload under the examples' key."""
    return seal(kind, payload, "7.0a0b0c0d", lambda message: bytes(KEY.sign(message).signature))


EXAMPLES: dict[str, msgspec.Struct] = {
    "report": REPORT_EXAMPLE,
    "report-unchanged": UNCHANGED,
    "envelope": sealed(REPORT, msgspec.json.encode(UNCHANGED)),
    "reply": Reply(
        accepted=2,
        epoch=EPOCH,
        stored=42,
        next_report_s=300,
        policy="etag-1",
        pack="etag-2",
        want=True,
        questions=(Question(id="q1", sensor="usb", expires_in_s=600),),
        refused_rows=(RefusedRow(seq=42, sensor="usb", index=1, why="not flat"),),
    ),
    "reply-least": Reply(accepted=0, epoch=EPOCH, stored=42, next_report_s=300),
    "problem": Problem(
        type=PROBLEMS + "forked",
        title="Another report has this number",
        status=409,
        detail="report 41",
        place="$.seq",
        index=0,
        seq=41,
        epoch=EPOCH,
        stored=42,
        digest="d" * 22,
    ),
    "problem-least": Problem(type=PROBLEMS + "busy", title="Busy", status=503),
    "question": Question(id="q1", sensor="usb", expires_in_s=600),
    "answer": Answer(
        v=1, question="q1", at=1795510800, outcome=Outcome(sensor="usb", ended="nothing")
    ),
    "enrolment": Enrolment(v=1, token="t", public_key=bytes(KEY.verify_key), at=1795510800),
    "readmission": Enrolment(
        v=1,
        receipt=sealed(RECEIPT, msgspec.json.encode(RECEIPT_EXAMPLE)),
        public_key=bytes(KEY.verify_key),
        at=1795510800,
    ),
    "receipt": RECEIPT_EXAMPLE,
    "grant": Grant(
        host_id="0191",
        keyid="7.0a0b0c0d",
        receipt=sealed(RECEIPT, msgspec.json.encode(RECEIPT_EXAMPLE)),
        hash_key=bytes(32),
        policy_key=bytes(KEY.verify_key),
    ),
    "policy": AgentPolicy(
        sense_s=30,
        next_report_s=600,
        sensors={
            "camera": SensorPolicy(
                on=True, decided_by="works council", decided_on="2026-11-01", basis="s. 26"
            ),
            "usb": SensorPolicy(on=False),
        },
        sanctioned=("remote_access.anydesk",),
        landmarks=(Landmark(name="fra", address="192.0.2.1", port=443),),
    ),
    "policy-least": AgentPolicy(),
}
