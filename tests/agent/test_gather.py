from collections.abc import Iterator

import pytest

from agent.gather import MOST_ROWS, Gather, Rules
from agent.itself import AgentSelf, outcome
from agent.sensors import Follow, Named, Sense, Sensed, Sensor
from agent.state import changed, difference, digest_of, whole
from agent.system import Absent, Denied, System
from agent.system.recorded import Page, RecordedSystem
from signatures.matcher import Matcher
from signatures.pack import Pack, packed
from signatures.shape import Condition, Indicator, Signature
from signatures.traces import ProcessImage
from wire.report import Gauge, Outcome
from wire.row import Row

SYSTEM = RecordedSystem(Page(os="linux", gauges={"rss_bytes": 31_234_567.0, "cpu_s": 1.26}))
OWN = outcome(AgentSelf(version="1", package="a", pack="b", policy="", recording=True), "")
EMPTY = Pack((), "p" * 22)


class Lamp(Row, frozen=True, tag="test.lamp"):
    colour: str


class Other(Row, frozen=True, tag="test.other"):
    size: int


class Present(Row, frozen=True, tag="remote_tool.present"):
    tool: str


def sensor(sense: Sense, follow: Follow | None = None) -> Sensor:
    return Sensor("lamps", (Lamp, Present), {"linux": sense}, follow=follow)


def gather(*sensors: Sensor, pack: Pack = EMPTY, said: list[str] | None = None) -> Gather:
    return Gather(sensors, pack, Matcher(pack), ([] if said is None else said).append)


def run(
    sense: Sense, rules: Rules | None = None, pack: Pack = EMPTY, follow: Follow | None = None
) -> Outcome:
    return gather(sensor(sense, follow), pack=pack).ask(SYSTEM, "lamps", rules or Rules())


def red(_: System) -> Iterator[Sensed]:
    yield Lamp(colour="red")
    yield Gauge(name="watts", value=5.0)


def absent(_: System) -> Iterator[Sensed]:
    raise Absent("no lamps")


def denied(_: System) -> Iterator[Sensed]:
    raise Denied("add the user to group lamps")


def broken(_: System) -> Iterator[Sensed]:
    yield Lamp(colour="red")
    raise KeyError("a secret that was read")


def excessive(_: System) -> Iterator[Sensed]:
    for number in range(MOST_ROWS + 1):
        yield Lamp(colour=str(number))


def stranger(_: System) -> Iterator[Sensed]:
    yield Other(size=1)


def test_rows_end_ok() -> None:
    found = run(red)
    assert (found.ended, found.why) == ("ok", "")
    assert [bytes(row) for row in found.rows] == [b'{"kind":"test.lamp","colour":"red"}']


def test_no_rows_end_ok_since_it_has_looked() -> None:
    assert run(lambda _: iter(())) == Outcome(sensor="lamps", ended="ok")


@pytest.mark.parametrize(
    ("sense", "ended", "why"),
    [
        (absent, "nothing", "no lamps"),
        (denied, "denied", "add the user to group lamps"),
    ],
)
def test_what_the_machine_has_not_or_would_not_say(sense: Sense, ended: str, why: str) -> None:
    found = run(sense)
    assert (found.ended, found.why, found.rows) == (ended, why, ())


@pytest.mark.parametrize(
    ("sense", "error", "file"),
    [
        (broken, "KeyError", "tests/agent/test_gather.py"),
        (excessive, "Excessive", "agent/gather.py"),
        (stranger, "Undeclared", "agent/gather.py"),
    ],
)
def test_a_bug_ends_failed_with_its_class_and_place_and_never_with_content(
    sense: Sense, error: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(sense)
    assert (found.ended, found.rows) == ("failed", ())
    assert found.why.rpartition(":")[0] == f"{error} at {file}"
    assert "Traceback" in capsys.readouterr().err


def test_the_same_bug_is_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    agent = gather(sensor(broken), said=said)
    for _ in range(3):
        agent.ask(SYSTEM, "lamps", Rules())
    assert len(said) == 1
    assert capsys.readouterr().err.count("Traceback") == 1


def test_a_sensor_that_policy_switches_off_is_not_run() -> None:
    found = run(broken, Rules(off={"lamps": "policy"}))
    assert (found.ended, found.why) == ("off", "policy")


def test_a_system_without_a_backend_is_off() -> None:
    agent = gather(Sensor("lamps", (), {"macos": red}))
    assert agent.ask(SYSTEM, "lamps", Rules()).why == "no backend"


def test_a_question_for_no_sensor_is_off() -> None:
    agent = gather()
    assert agent.ask(SYSTEM, "nose", Rules()) == Outcome(
        sensor="nose", ended="off", why="no such sensor"
    )


def seen(_: System) -> Iterator[Sensed]:
    yield ProcessImage(name="lampd")
    yield ProcessImage(name="editor")


def follow(_: System, named: tuple[Named, ...]) -> Iterator[Row]:
    for _trace, hits in named:
        for hit in hits:
            yield Present(tool=hit.signature)


def signature(role: str = "control") -> Pack:
    return packed(
        [
            Signature(
                id="test.lampd",
                name="Lamp",
                role=role,  # type: ignore[arg-type]
                technique="T1219",
                references=("https://example.org",),
                indicators=(
                    Indicator(
                        kind="process.image",
                        strength="strong",
                        certainty="read",
                        conditions=(Condition(field="name", how="is", values=("lampd",)),),
                    ),
                ),
            )
        ]
    )


def test_traces_leave_only_as_rows_of_what_a_signature_recognised() -> None:
    found = run(seen, pack=signature(), follow=follow)
    assert [bytes(row) for row in found.rows] == [
        b'{"kind":"remote_tool.present","tool":"test.lampd"}'
    ]


def test_a_sanctioned_tool_does_not_leave() -> None:
    rules = Rules(sanctioned=frozenset({"test.lampd"}))
    assert run(seen, rules, signature(), follow=follow).rows == ()


@pytest.mark.parametrize("role", ["assistive", "context"])
def test_a_tool_that_helps_a_person_does_not_leave(role: str) -> None:
    assert run(seen, pack=signature(role), follow=follow).rows == ()


def test_a_sweep_has_the_agents_own_row_and_rounded_gauges() -> None:
    found = gather(sensor(red)).sweep(SYSTEM, Rules(), {}, OWN)
    assert sorted(found.state) == ["agent", "lamps"]
    assert found.gauges == (
        Gauge(name="watts", value=5.0),
        Gauge(name="cpu_s", value=1.3),
        Gauge(name="rss_bytes", value=31_200_000.0),
    )


@pytest.mark.parametrize("sense", [denied, broken])
def test_rows_stay_in_force_where_the_sensor_could_not_look_again(sense: Sense) -> None:
    agent = gather(sensor(red))
    before = agent.sweep(SYSTEM, Rules(), {}, OWN).state
    agent.sensors = (sensor(sense),)
    after = agent.sweep(SYSTEM, Rules(), before, OWN).state
    assert after["lamps"].outcome.rows == before["lamps"].outcome.rows
    (told,) = difference(before, after)
    assert (told.ended, told.rows) == (after["lamps"].outcome.ended, ())
    assert [one.ended for one in whole(after)] == ["ok", "ok", after["lamps"].outcome.ended]


def test_two_sweeps_of_an_unchanged_machine_have_equal_digests() -> None:
    agent = gather(sensor(red))
    first = agent.sweep(SYSTEM, Rules(), {}, OWN).state
    second = agent.sweep(SYSTEM, Rules(), first, OWN).state
    assert changed(first, second) == ()
    assert digest_of(first) == digest_of(second)
