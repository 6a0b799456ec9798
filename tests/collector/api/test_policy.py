from nacl.signing import VerifyKey

from collector import keys
from tests.collector.whole import PIKVM, Whole
from wire.codec import decode
from wire.digest import digest
from wire.envelope import POLICY, Envelope, pae
from wire.policy import AgentPolicy

POLICY_TEXT = "cadence: {sense_s: 5, next_report_s: 42}\nsanctioned: [{tool: kvm.pikvm}]\n"


def test_a_policy_is_in_force_at_once_for_agents_and_for_judging(whole: Whole) -> None:
    laptop = whole.reported(usb=[PIKVM])
    put = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    assert (put["by"], put["text"]) == ("the admin", POLICY_TEXT)
    assert whole.get("/v1/policy") == put
    reply = whole.report(laptop)
    assert (reply["policy"], reply["next_report_s"]) == (put["agent_etag"], 42)
    assert whole.get("/v1/hosts")["hosts"][0]["level"] == "clear"


def test_the_agents_part_is_signed_and_named_by_its_digest(whole: Whole) -> None:
    put = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    answer = whole.call("GET", f"/v1/policies/{put['agent_etag']}", None)
    assert digest(answer.content) == put["agent_etag"]
    envelope = decode(answer.content, Envelope)
    key = VerifyKey(keys.load(whole.data / "keys").policy_public)
    key.verify(pae(POLICY, envelope.payload), envelope.signatures[0].sig)
    agent = decode(envelope.payload, AgentPolicy)
    assert (agent.sense_s, agent.next_report_s, agent.sanctioned) == (5, 42, ("kvm.pikvm",))


def test_an_older_version_stays_to_be_had_by_its_etag(whole: Whole) -> None:
    first = whole.get("/v1/policy")
    whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode())
    assert whole.call("GET", f"/v1/policies/{first['agent_etag']}", None).status_code == 200


def test_the_same_policy_again_makes_no_new_version(whole: Whole) -> None:
    first = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    again = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    assert again["version"] == first["version"]


def test_every_fault_of_a_policy_is_told_at_once_and_nothing_changes(whole: Whole) -> None:
    before = whole.get("/v1/policy")
    text = "cadence: {sense_s: 0}\nsanctioned:\n  - tool: remote_access.anydsk\ncolour: red\n"
    problem = whole.call("PUT", "/v1/policy", content=text.encode()).json()
    assert [(fault["place"], fault["why"].partition(":")[0]) for fault in problem["faults"]] == [
        ("policy.yaml:1", "cadence.sense_s"),
        ("policy.yaml:3", "sanctioned[0]"),
        ("policy.yaml:4", "colour"),
    ]
    assert whole.get("/v1/policy") == before
    assert "policy.put" not in [did for _who, did, *_ in whole.audited()]


def test_a_change_of_policy_is_written_down_with_its_etag(whole: Whole) -> None:
    put = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    assert whole.audited() == [("the admin", "policy.put", put["etag"], "192.0.2.9")]


def test_a_policy_survives_a_restart_and_a_file_replaces_it_at_start(whole: Whole) -> None:
    put = whole.call("PUT", "/v1/policy", content=POLICY_TEXT.encode()).json()
    whole.close()
    whole.settings = type(whole.settings)(whole.data)
    whole.open()
    assert whole.get("/v1/policy") == put
    assert whole.collector.policies.terms.next_report_s == 42
