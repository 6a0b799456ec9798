"""A whole site in a folder: a real collector process and real agent processes."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.processes import Program, free_port, program, said, until


@dataclass
class Site:
    """The processes, the address and the operator's token of one site."""

    folder: Path
    stack: ExitStack
    url: str
    token: str = ""
    collector: Program | None = None
    agents: dict[str, Program] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """What the operator's shell needs."""
        return {"FARMWATCH_URL": self.url, "FARMWATCH_TOKEN": self.token}

    def api(self, path: str, **parameters: str) -> Any:
        """An answer of the API as an admin."""
        answer = requests.get(
            self.url + path,
            params=parameters,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def page(self, path: str) -> str:
        """A page of the dashboard, signed in by a link as a person would."""
        with requests.Session() as browser:
            browser.get(said("farmwatch", "sign-in-link", "--quiet", env=self.env).strip())
            answer = browser.get(self.url + path, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.text

    def operator(self, *words: str) -> Any:
        """What `farmwatch WORDS --json` prints."""
        return json.loads(said("farmwatch", *words, "--json", env=self.env))

    def start_collector(self, policy: Path) -> None:
        """Starts the collector and waits until it is ready."""
        self.collector = self.stack.enter_context(
            program(
                "farmwatch-collector", "serve", "--data", str(self.folder / "collector"),
                "--listen", self.url.removeprefix("http://"), "--policy", str(policy),
                log=self.folder / "collector.log",
            )
        )  # fmt: skip
        until(self.ready, 20, f"a ready collector; {self.collector.tail()}")

    def ready(self) -> bool:
        """Whether the collector says that it is ready."""
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def start_agent(self, name: str, *words: str) -> Program:
        """Enrols an agent with a folder of its own and starts it."""
        data = str(self.folder / name)
        if not Path(data, "identity.json").exists():
            token = said("farmwatch", "enrolment-token", "--quiet", env=self.env).strip()
            said("farmwatch-agent", "enrol", "--data", data, "--url", self.url, "--token", token)
        self.agents[name] = self.stack.enter_context(
            program(
                "farmwatch-agent", "run", "--data", data, *words, log=self.folder / f"{name}.log"
            )
        )
        return self.agents[name]

    def host_of(self, name: str) -> str:
        """The host id that an agent was given."""
        return str(json.loads((self.folder / name / "identity.json").read_text())["host_id"])

    def logs(self) -> str:
        """The last lines of every process, for a failure's message."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )


@contextlib.contextmanager
def site(folder: Path) -> Iterator[Site]:
    """A new site with its keys and an admin's token; everything ends with the `with`."""
    url = f"http://127.0.0.1:{free_port()}"
    env_file = folder / "operator.env"
    said(
        "farmwatch-collector", "init", "--data", str(folder / "collector"),
        "--url", url, "--operator-env", str(env_file),
    )  # fmt: skip
    settings = dict(line.split("=", 1) for line in env_file.read_text().splitlines() if line)
    with ExitStack() as stack:
        yield Site(folder, stack, url, settings["FARMWATCH_TOKEN"])
