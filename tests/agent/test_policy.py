import pytest
from nacl.signing import SigningKey

from agent.policy import CeilingFault, PolicyKeeper, ceiling, off
from agent.sensors import Sensor
from tests.agent.laptop import POLICY_KEY, signed_policy
from tests.agent.memory_disk import MemoryDisk
from wire.policy import AgentPolicy, SensorPolicy

USB = Sensor("usb", (), {})
CAMERA = Sensor("camera", (), {}, on=False)
DECIDED = SensorPolicy(on=True, decided_by="works council", decided_on="2026-11-01", basis="s. 26")


def keeper(disk: MemoryDisk | None = None, *never: str) -> PolicyKeeper:
    kept = PolicyKeeper(disk or MemoryDisk(), bytes(POLICY_KEY.verify_key), frozenset(never))
    kept.open()
    return kept


@pytest.mark.parametrize(
    ("sensor", "said", "why"),
    [
        (USB, None, ""),
        (USB, SensorPolicy(on=False), "policy"),
        (USB, SensorPolicy(on=True), ""),
        (CAMERA, None, "by default"),
        (CAMERA, SensorPolicy(on=True), "policy lacks decided_by, decided_on, basis"),
        (
            CAMERA,
            SensorPolicy(on=True, decided_by="x", decided_on="2026-11-01"),
            "policy lacks basis",
        ),
        (
            CAMERA,
            SensorPolicy(on=True, decided_by="x", decided_on="soon", basis="y"),
            "policy: decided_on is not a date",
        ),
        (CAMERA, DECIDED, ""),
    ],
)
def test_why_a_sensor_is_off(sensor: Sensor, said: SensorPolicy | None, why: str) -> None:
    policy = AgentPolicy(sensors={sensor.name: said} if said else {})
    assert off(sensor, policy, frozenset()) == why


def test_a_sensor_above_the_ceiling_never_runs() -> None:
    assert off(USB, AgentPolicy(), frozenset({"usb"})) == "ceiling"


def test_a_policy_is_taken_kept_and_found_again() -> None:
    disk = MemoryDisk()
    policy = AgentPolicy(sense_s=5, sanctioned=("remote_access.anydesk",))
    assert keeper(disk).consider("etag-1", signed_policy(policy))
    again = keeper(disk)
    assert (again.etag, again.policy, again.why) == ("etag-1", policy, "")


def test_a_policy_signed_by_another_key_is_refused_and_the_one_before_stays() -> None:
    kept = keeper()
    kept.consider("one", signed_policy(AgentPolicy(sense_s=5)))
    other = signed_policy(AgentPolicy(sense_s=9), SigningKey(bytes([9]) * 32))
    assert not kept.consider("two", other)
    assert (kept.etag, kept.policy.sense_s) == ("one", 5)
    assert kept.why == "policy two refused: BadSignatureError"
    assert not kept.wants("two")
    assert kept.wants("three")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", signed_policy(AgentPolicy())[:-9]])
def test_what_is_no_policy_is_refused(data: bytes) -> None:
    assert not keeper().consider("etag", data)


def test_a_policy_that_goes_past_the_ceiling_is_refused_whole() -> None:
    kept = keeper(None, "camera")
    policy = AgentPolicy(sense_s=5, sensors={"camera": DECIDED})
    assert not kept.consider("abcdefghijk", signed_policy(policy))
    assert kept.why == "policy abcdefgh refused: above the ceiling of this machine: camera"
    assert (kept.etag, kept.policy) == ("", AgentPolicy())


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (AgentPolicy(sense_s=0), "sense_s: 0 is not within 1..3600"),
        (AgentPolicy(next_report_s=90_000), "next_report_s: 90000 is not within 1..86400"),
    ],
)
def test_a_cadence_that_no_agent_keeps_is_refused(policy: AgentPolicy, why: str) -> None:
    kept = keeper()
    kept.consider("etag", signed_policy(policy))
    assert kept.why == f"policy etag refused: {why}"


@pytest.mark.parametrize("etag", ["", "../secret", "a/b", "a b", "x" * 129])
def test_an_etag_that_is_none_is_not_fetched(etag: str) -> None:
    assert not keeper().wants(etag)


def test_a_ceiling_names_sensors_a_line_each() -> None:
    text = "# of this machine\nnever:\n  - camera  # not here\n  - presence\n\n"
    assert ceiling(text, "ceiling.yaml") == {"camera", "presence"}


def test_all_faults_of_a_ceiling_are_told_at_once() -> None:
    with pytest.raises(CeilingFault) as caught:
        ceiling("never:\n- camera: no\n- usb\n- [a]\n", "ceiling.yaml")
    assert caught.value.faults == (
        "ceiling.yaml:2: not `- sensor`",
        "ceiling.yaml:4: not `- sensor`",
    )
