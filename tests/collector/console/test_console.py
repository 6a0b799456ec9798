"""The operator's command against a real collector on loopback, with laptops that report to it."""

import json
import os
import re
import subprocess  # noqa: TID251 -- what it prints on stderr matters too
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from lab.laptops import Laptop
from tests.collector.whole import IDENTITY, PIKVM
from tests.end_to_end.site import Site, site
from tests.processes import command, until
from wire.codec import decode
from wire.enrolment import Grant

HOSTILE = "[bold red]x[/]\x1b[2J\x1b]0;owned\x07lap\u202egnp"


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What it printed, on one line."""
        return re.sub(r"\s+", " ", self.out)


@dataclass
class Operator:
    """An operator's shell."""

    site: Site
    driven: str
    clean: str

    def run(self, *words: str) -> Said:
        """Runs `farmwatch`."""
        ended = subprocess.run(
            [command("farmwatch"), *words],
            env={**os.environ, **self.site.env, "COLUMNS": "140"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Said(ended.returncode, ended.stdout, ended.stderr)


def reported(made: Site, seed: int, name: str, *devices: dict[str, object]) -> str:
    """A laptop that has enrolled and reported; its host id."""
    headers = {"authorization": f"Bearer {made.token}"}
    token = requests.post(
        f"{made.url}/v1/tokens", json={"kind": "enrolment"}, headers=headers, timeout=20
    ).json()["token"]
    laptop = Laptop.seeded(seed, 0)
    answer = requests.post(f"{made.url}/v1/enrolments", data=laptop.enrolment(0, token), timeout=20)
    grant = decode(answer.content, Grant)
    laptop.n = int(grant.keyid.partition(".")[0])
    laptop.sees("machine", [{**IDENTITY, "host_name": name}])
    laptop.sees("usb", devices, "ok" if devices else "nothing")
    laptop.sees("power", (), "denied", "it may not be read")
    laptop.sees("camera", (), "off")
    line = laptop.line(laptop.report(0, full=True))
    assert requests.post(f"{made.url}/v1/reports", data=line, timeout=20).status_code == 202
    return grant.host_id


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """A collector with a driven, a clean and a hostile laptop."""
    folder = tmp_path_factory.mktemp("console")
    policy = Path(folder, "policy.yaml")
    policy.write_text("cadence: {next_report_s: 42}\n")
    with site(folder) as made:
        made.start_collector(policy)
        driven = reported(made, 1, "lap-chi", PIKVM)
        clean = reported(made, 2, "lap-den")
        reported(made, 3, HOSTILE)
        until(lambda: made.api("/readyz")["lag"] == 0, 20, made.logs())
        yield Operator(made, driven, clean)


def test_hosts_are_listed_the_most_urgent_first(operator: Operator) -> None:
    said = operator.run("hosts")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0] == ["LEVEL", "HOST", "WHY", "SEEN", "CANNOT", "LOOK"]
    assert lines[1][:2] == ["Review", "lap-chi"]
    assert "Lid and power, 1 switched off" in said.words


def test_hosts_as_json_have_each_sensors_outcome(operator: Operator) -> None:
    (host,) = json.loads(operator.run("hosts", "--search", "lap-chi", "--json").out)["hosts"]
    assert (host["host_id"], host["level"]) == (operator.driven, "review")
    assert {one["sensor"]: one["ended"] for one in host["outcomes"]} == {
        "camera": "off",
        "machine": "ok",
        "power": "denied",
        "usb": "ok",
    }


def test_a_level_and_a_search_narrow_the_list(operator: Operator) -> None:
    assert "lap-den" not in operator.run("hosts", "--level", "review").out
    assert operator.run("hosts", "--search", "nobody").out == "no host matches\n"


@pytest.mark.parametrize("name", ["id", "beginning of the id", "name", "name in capitals"])
def test_a_host_is_found_by_its_id_or_its_name(operator: Operator, name: str) -> None:
    words = {
        "id": operator.driven,
        "beginning of the id": operator.driven[:-4],
        "name": "lap-chi",
        "name in capitals": "LAP-CHI",
    }[name]
    assert json.loads(operator.run("host", words, "--json").out)["host"]["name"] == "lap-chi"


def test_one_host_is_shown_with_everything_behind_its_verdict(operator: Operator) -> None:
    said = operator.run("host", "lap-chi")
    assert said.code == 0
    for shown in (
        "Review lap-chi",
        "This machine appears to be remotely driven.",
        "One claim is strong enough alone.",
        "may open a case alone; mechanism, usb; T1219.003",
        "Product: PiKVM Composite Device",
        "could not be tested:",
        "What would clear it",
        f"farmwatch ask {operator.driven} usb",
        "Lid and power: denied it may not be read",
        "USB devices ok",
    ):
        assert shown in said.words, shown


def test_words_that_may_be_several_hosts_are_not_guessed(operator: Operator) -> None:
    said = operator.run("host", "lap-")
    assert (said.code, said.out) == (1, "")
    assert re.fullmatch(
        r"farmwatch: 'lap-' may be lap-chi \([\w-]+\), lap-den \([\w-]+\); say more of the id\n",
        said.err,
    )


def test_findings_are_read_from_a_number_on(operator: Operator) -> None:
    said = operator.run("findings")
    assert "Review lap-chi Now needs a look (baseline): one claim is strong" in said.words
    assert operator.run("findings", "--after", "1").out == "no findings after 1\n"
    (line,) = operator.run("findings", "--json").out.splitlines()
    assert json.loads(line)["host_id"] == operator.driven


def test_asking_says_first_how_soon_the_host_is_reached(operator: Operator) -> None:
    said = operator.run("ask", "lap-den", "usb", "--wait", "0", "--reason", "case 17", "--json")
    document = json.loads(said.out)
    assert said.err == (
        f"{document['id']}: it goes out with the host's next report, within 42 s or so\n"
    )
    assert (document["reason"], document["hosts"][0]["state"]) == ("case 17", "pending")


def test_an_answer_that_does_not_come_in_time_is_exit_code_1(operator: Operator) -> None:
    said = operator.run("ask", "lap-den", "usb", "--wait", "1")
    assert (said.code, said.out) == (1, "USB devices on lap-den: pending\n")


def test_nothing_but_a_sensor_can_be_asked_for(operator: Operator) -> None:
    said = operator.run("ask", "lap-den", "shell")
    assert (said.code, said.err) == (1, "farmwatch: sensor: no sensor is called 'shell'\n")


def test_an_enrolment_token_comes_with_the_line_to_run(operator: Operator) -> None:
    said = operator.run("enrolment-token", "--uses", "3")
    token = said.out.splitlines()[0]
    assert f"farmwatch-agent enrol --url {operator.site.url} --token {token}" in said.words
    assert len(operator.run("enrolment-token", "--quiet").out.strip()) == 45
    assert json.loads(operator.run("enrolment-token", "--json").out)["kind"] == "enrolment"


def test_a_sign_in_link_leads_to_the_collector(operator: Operator) -> None:
    link = operator.run("sign-in-link", "--quiet").out
    assert link.startswith(f"{operator.site.url}/sign-in?code=")


@pytest.mark.parametrize("words", [("hosts", "--level", "bad"), ("host",), ("nothing",)])
def test_a_wrong_call_is_exit_code_2(operator: Operator, words: tuple[str, ...]) -> None:
    said = operator.run(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("farmwatch: ")


@pytest.mark.parametrize(
    "words", [("hosts",), ("host", "\x1b"), ("findings",), ("hosts", "--json")]
)
def test_what_a_laptop_calls_itself_cannot_steer_the_terminal(
    operator: Operator, words: tuple[str, ...]
) -> None:
    said = operator.run(*words)
    assert not set("\x1b\x07\u202e") & set(said.out + said.err)


def test_what_looks_like_markup_is_only_text(operator: Operator) -> None:
    assert "[bold red]" in operator.run("hosts").words
