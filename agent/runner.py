"""The loop: sense, report what changed, call the collector, answer questions; one thread.

What to do is decided elsewhere, from values (cadence, uplink); here it is done.
"""

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from agent import sent
from agent.answers import Answers
from agent.cadence import Cadence, back_off
from agent.disk import DiskFault
from agent.enrol import EnrolmentFault
from agent.gather import Sweep
from agent.refused import Refused
from agent.senses import Senses
from agent.spool import Batch, Draft, Entry, Spool
from agent.state import changed, difference, whole
from agent.transport import TransportFault
from agent.uplink import Answered, Uplink
from wire.digest import digest
from wire.reply import Reply
from wire.report import Gauge

DAY_S = 86_400.0
FULL_EVERY_S = 60.0
"""A full report that was asked for is made at once, but not more often than this."""
LONGEST_REPORT_S = 86_400
RETRY_S = 30.0


@dataclass
class Clocks:
    """The time as the laptop tells it, the time that only goes on, and chance."""

    wall: Callable[[], datetime]
    monotonic: Callable[[], float]
    draw: Callable[[float, float], float]

    def at(self) -> int:
        """The laptop's clock in Unix seconds."""
        return max(0, int(self.wall().timestamp()))


@dataclass
class Runner:
    """The resident agent; `step` does what is due and says how long there is nothing to do."""

    senses: Senses
    spool: Spool
    uplink: Uplink
    answers: Answers
    refused: Refused
    clocks: Clocks
    readmit: Callable[[], None]
    say: Callable[[str], None]
    revoked: bool = False
    _latest: Sweep | None = None
    _changed_at: float | None = None
    _cadence: Cadence = field(default_factory=Cadence)
    _sense_at: float = 0.0
    _call_at: float = 0.0
    _purge_at: float = 0.0
    _full_at: float | None = None
    _want: bool = False
    _failures: int = 0
    _next_report_s: int = 0
    _offset_s: float | None = None
    _said: str = ""

    def run(self, wait: Callable[[float], bool]) -> bool:
        """Works until `wait` (seconds to wait) says to end, or the host is revoked."""
        while not self.revoked:
            if wait(self._careful_step()):
                return True
        return False

    def step(self) -> float:
        """Does what is due; says in how many seconds something is due again."""
        now = self.clocks.monotonic()
        if now >= self._purge_at:
            self._purge(now)
        if now >= self._sense_at:
            self._sense(now)
        if self._report_due() <= now:
            self._report(now)
        if now >= self._call_at and not self.revoked:
            self._call(now)
        due = min(self._sense_at, self._call_at, self._report_due())
        return max(0.0, due - self.clocks.monotonic())

    def _careful_step(self) -> float:
        try:
            return self.step()
        except DiskFault as fault:
            self._tell(f"cannot keep anything, so nothing is sent: {fault}")
        except Exception as error:  # noqa: BLE001 - a bug must not end the agent; it is said
            self._tell(f"bug: {type(error).__name__}")
            traceback.print_exception(error, file=sys.stderr)
        now = self.clocks.monotonic()
        self._sense_at = max(self._sense_at, now + RETRY_S)
        self._call_at = max(self._call_at, now + RETRY_S)
        if self._changed_at is not None:
            self._changed_at = now + RETRY_S
        return RETRY_S

    def _purge(self, now: float) -> None:
        self._purge_at = now + DAY_S
        sent.purge(self.spool.disk, self.clocks.wall())
        self.refused.purge(self.clocks.at())
        self.answers.purge(self.clocks.at())

    def _sense(self, now: float) -> None:
        self._sense_at = now + self.senses.keeper.policy.sense_s
        first = self._latest is None
        self._latest = self.senses.sweep(self._latest.state if self._latest else self.spool.state)
        if not changed(self.spool.state, self._latest.state):
            self._changed_at = None
        elif first:
            self._report(now)
        elif self._changed_at is None:
            self._changed_at = now

    def _report_due(self) -> float:
        return float("inf") if self._changed_at is None else self._cadence.due(self._changed_at)

    def _report(self, now: float) -> None:
        if self._latest is None:
            return
        before, after = self.spool.state, self._latest.state
        if not before or before.keys() - after.keys():
            self._full(now)
        else:
            self._add(self._draft(self._latest), self._latest)
        self._changed_at = None
        self._cadence = self._cadence.spent(now)
        if not self._failures:
            self._call_at = now

    def _draft(self, sweep: Sweep) -> Draft:
        return Draft(
            at=self.clocks.at(),
            outcomes=difference(self.spool.state, sweep.state),
            gauges=self._gauges(sweep),
            questions_seen=self.answers.seen(),
        )

    def _whole(self, sweep: Sweep) -> Draft:
        return Draft(
            at=self.clocks.at(),
            outcomes=whole(sweep.state),
            full=True,
            gauges=self._gauges(sweep),
            questions_seen=self.answers.seen(),
        )

    def _full(self, now: float) -> None:
        if self._latest is None:
            return
        self._add(self._whole(self._latest), self._latest)
        self._full_at, self._want = now, False

    def _unchanged(self) -> None:
        draft = Draft(at=self.clocks.at(), questions_seen=self.answers.seen())
        entry = self.spool.add(draft, self.spool.state)
        self.answers.listed(draft.questions_seen, entry.seq)

    def _add(self, draft: Draft, sweep: Sweep) -> None:
        entry = self.spool.add(draft, sweep.state)
        self.answers.listed(draft.questions_seen, entry.seq)

    def _gauges(self, sweep: Sweep) -> tuple[Gauge, ...]:
        own = {"spool_bytes": float(self.spool.size())}
        if self._offset_s is not None:
            own["clock_offset_s"] = self._offset_s
        return (*sweep.gauges, *(Gauge(name=name, value=own[name]) for name in sorted(own)))

    def _call(self, now: float) -> None:
        if self._want:
            self._full(now)
        elif not self.spool.pending():
            self._unchanged()
        try:
            ended = self._deliver() and self._answer()
        except TransportFault as fault:
            ended = self._fail(str(fault))
        if ended:
            self._failures = 0
            self._tell("")
            now = self.clocks.monotonic()
            self._call_at = now if self._full_now(now) else now + self._pause()

    def _full_now(self, now: float) -> bool:
        return self._want and (self._full_at is None or now - self._full_at >= FULL_EVERY_S)

    def _pause(self) -> float:
        return float(self._next_report_s or self.senses.keeper.policy.next_report_s)

    def _deliver(self) -> bool:
        """Sends all that is pending, oldest first; says whether it ended well."""
        alone, tried = False, set[str]()
        while batch := self._batch(alone=alone):
            answered = self.uplink.reports(batch.body)
            self._offset_s = answered.offset_s
            do = answered.step.do
            if do == "advance" and answered.reply:
                self._took(answered.reply)
                if batch.entries[0] in self.spool.pending():
                    return self._fail("the collector took a report and did not store it")
                alone = False
            elif do == "refuse":
                alone = not self._set_aside(answered, batch)
            elif do in ("present", "rebase") and do not in tried:
                tried.add(do)
                if not self._mend(answered):
                    return False
            else:
                return self._hold(answered)
        return True

    def _batch(self, *, alone: bool) -> Batch | None:
        batch = self.spool.batch(self.clocks.at())
        if not batch.entries:
            return None
        if alone:
            return Batch(batch.entries[:1], batch.body.partition(b"\n")[0] + b"\n")
        return batch

    def _took(self, reply: Reply) -> None:
        self.spool.advance(reply.epoch, reply.stored)
        self.answers.delivered(reply.stored)
        self._next_report_s = min(max(1, reply.next_report_s), LONGEST_REPORT_S)
        self._want = self._want or reply.want
        for row in reply.refused_rows:
            self.say(f"row {row.index} of {row.sensor} in report {row.seq} was refused")
        if reply.questions:
            self.answers.offer(reply.questions, self.clocks.at())
        if reply.policy and self.senses.keeper.wants(reply.policy):
            self._fetch(reply.policy)

    def _fetch(self, etag: str) -> None:
        response = self.uplink.policy(etag)
        if response.status != 200:
            self.say(f"policy {etag[:8]}: the collector answered {response.status}")
        elif self.senses.keeper.consider(etag, response.body):
            self.say(f"policy {etag[:8]} is in force")
        else:
            self.say(self.senses.keeper.why)
        self._sense_at = self.clocks.monotonic()

    def _set_aside(self, answered: Answered, batch: Batch) -> bool:
        """Moves the report at fault to refused/; False when it is not known which one it is."""
        problem = answered.problem
        if problem and problem.stored is not None:
            self.spool.advance(problem.epoch, problem.stored)
        entry = _at_fault(answered, batch)
        if entry is None:
            return False
        self.say(f"report {entry.seq} moved to refused/: {answered.says}")
        self.spool.refuse(entry.seq, self.clocks.at())
        self._want = True
        return True

    def _mend(self, answered: Answered) -> bool:
        self.say(answered.says)
        if answered.step.do == "present":
            try:
                self.readmit()
            except EnrolmentFault as fault:
                return self._fail(f"not readmitted: {fault}")
            return True
        problem = answered.problem
        if problem is None or problem.stored is None or not problem.epoch or not self._latest:
            return self._fail("409 without the collector's numbers")
        entry = self.spool.rebase(
            problem.epoch,
            problem.stored,
            problem.digest,
            self._whole(self._latest),
            self._latest.state,
        )
        self.say(f"going on as report {entry.seq} of the collector's epoch")
        self._want = False
        return True

    def _hold(self, answered: Answered) -> bool:
        if answered.step.do == "stop":
            self.say(answered.says)
            self.revoked = True
            return False
        if answered.step.do == "wait" and answered.wait_s:
            self._failures += 1
            self._tell(answered.says)
            self._call_at = self.clocks.monotonic() + answered.wait_s
            return False
        return self._fail(answered.says or f"an answer {answered.status} that cannot be read")

    def _fail(self, why: str) -> bool:
        self._tell(why)
        wait = back_off(self._failures, self.clocks.draw)
        self._failures += 1
        self._call_at = self.clocks.monotonic() + wait
        return False

    def _answer(self) -> bool:
        """Runs the questions that are due and sends their answers."""
        for asked in self.answers.due(self.clocks.at()):
            outcome = self.senses.ask(asked.sensor)
            self.answers.answered(asked, outcome, self.clocks.at())
        for question, body in self.answers.waiting():
            answered = self.uplink.answer(body)
            do = answered.step.do
            if do == "refuse":
                self.say(f"an answer moved to refused/: {answered.says}")
                self.refused.add(f"answer-{digest(question.encode())}", body, self.clocks.at())
            elif do != "advance" and answered.status != 404:
                return self._hold(answered)
            self.answers.end(question)
        return True

    def _tell(self, what: str) -> None:
        """Says what goes wrong once, and once that it ended."""
        if what != self._said:
            self.say(what or "all is well again")
        self._said = what


def _at_fault(answered: Answered, batch: Batch) -> Entry | None:
    problem = answered.problem
    if problem and problem.seq is not None:
        return next((entry for entry in batch.entries if entry.seq == problem.seq), None)
    if problem and problem.index is not None and 0 <= problem.index < len(batch.entries):
        return batch.entries[problem.index]
    return batch.entries[0] if len(batch.entries) == 1 else None
