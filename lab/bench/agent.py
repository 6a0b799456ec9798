"""The agent's cost: memory, processor time, matching, a steady sweep, and the start.

Memory and processor time are those of a real agent process beside a real collector, in a time
lapse: it senses each second and reports every 5 s, so one second stands for a minute. Processes
that only wait are added until the machine has as many as the budget names.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

from agent.assembly import Place, senses
from agent.system.live import live
from agent.system.processes import YOUNG_S
from signatures import pack as packs
from signatures.matcher import Matcher
from signatures.traces import ProcessImage

RUNS = 3
BUSY = 1_000
LAPSE = 60
"""How many seconds of the shipped cadence one second of the measured one stands for."""
SWEEPS = 30
WARM_S = 10.0
STARTS_S = 30.0
POLICY = "cadence: {sense_s: 1, next_report_s: 5}\njudge_virtual: true\n"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Figure:
    """What was measured so often, beside its budget; smaller is better."""

    name: str
    unit: str
    budget: float
    runs: tuple[float, ...]

    @property
    def value(self) -> float:
        """The median."""
        return median(self.runs)

    @property
    def met(self) -> bool:
        """Whether it is within its budget."""
        return self.value <= self.budget

    def line(self) -> str:
        """One line with the budget and all runs."""
        runs = ", ".join(f"{run:.3g}" for run in self.runs)
        met = "" if self.met else "  OVER BUDGET"
        return (
            f"{self.name}: {self.value:.3g} {self.unit} (budget {self.budget:g}; runs {runs}){met}"
        )


def figures() -> Iterator[Figure]:
    """All figures of the agent, as they are measured."""
    yield Figure("matching 1,000 processes", "ms CPU", 20, tuple(map(_matching, range(RUNS))))
    starts = []
    for count, budget in ((300, 0.1), (BUSY, 0.15)):
        pss, cpu = [], []
        with crowd(count):
            began = time.monotonic()
            for _ in range(RUNS):
                cost = _resident()
                pss.append(cost.pss_mib)
                cpu.append(cost.cpu_percent)
                starts.append(cost.start_s)
            if count == BUSY:
                # A machine's processes are mostly old; the young ones are read in each sweep.
                time.sleep(max(0.0, YOUNG_S + 5 - (time.monotonic() - began)))
                steady = tuple(_steady() for _ in range(RUNS))
                yield Figure("steady sweep, 10 new of 1,000 processes", "ms CPU", 30, steady)
        yield Figure(f"agent PSS at {count} processes", "MiB", 40, tuple(pss))
        yield Figure(f"agent mean CPU at {count} processes", "% of a core", budget, tuple(cpu))
    yield Figure("agent start to first accepted report", "s", 3, tuple(starts))


def _matching(run: int) -> float:
    matcher = Matcher(packs.load())
    traces = [
        ProcessImage(f"program-{run}-{n}", f"/usr/lib/{n}/program-{run}-{n}", ("--one", str(n)))
        for n in range(1_000)
    ]
    began = time.process_time()
    hits = [matcher.hits_of(trace) for trace in traces]
    took = time.process_time() - began
    if any(hits):
        raise AssertionError("the made-up programs should match nothing")
    return took * 1e3


def _steady() -> float:
    with TemporaryDirectory() as folder:
        place = Place(Path(folder))
        looking = senses(place, live(bytes(32), place.data), b"", lambda _: None)
        state = looking.sweep({}).state
        took = []
        for _ in range(5):
            with _waiting(10):
                began = time.process_time()
                state = looking.sweep(state).state
                took.append(time.process_time() - began)
        return median(took) * 1e3


@dataclass(frozen=True)
class _Cost:
    pss_mib: float
    cpu_percent: float
    start_s: float


def _resident() -> _Cost:
    with TemporaryDirectory() as name, _collector(Path(name)) as (url, token):
        folder = Path(name)
        data = str(folder / "agent")
        _ran("farmwatch-agent", "enrol", "--data", data, "--url", url, "--token", token())
        began = time.monotonic()
        with _started(folder / "agent.log", "farmwatch-agent", "run", "--data", data) as agent:
            _until_stored(folder / "agent")
            start_s = time.monotonic() - began
            time.sleep(WARM_S)
            before = _cpu_s(agent.pid)
            time.sleep(SWEEPS)
            cpu_s = _cpu_s(agent.pid) - before
            return _Cost(_pss_mib(agent.pid), 100 * cpu_s / (SWEEPS * LAPSE), start_s)


def _until_stored(data: Path) -> None:
    """Waits until the agent knows that its first report is stored."""
    until = time.monotonic() + STARTS_S
    while not any(data.glob("spool/**/stored*")):
        if time.monotonic() > until:
            raise TimeoutError("no report was accepted")
        time.sleep(0.01)


@contextmanager
def _collector(folder: Path) -> Iterator[tuple[str, "_Token"]]:
    (folder / "policy.yaml").write_text(POLICY)
    url = f"http://127.0.0.1:{_free_port()}"
    kept, env = str(folder / "collector"), folder / "operator.env"
    _ran("farmwatch-collector", "init", "--data", kept, "--url", url, "--operator-env", str(env))
    words = ("serve", "--data", kept, "--listen", url.removeprefix("http://"))
    with _started(
        folder / "collector.log", "farmwatch-collector", *words,
        "--policy", str(folder / "policy.yaml"),
    ):  # fmt: skip
        until = time.monotonic() + STARTS_S
        while not _ready(url):
            if time.monotonic() > until:
                raise TimeoutError((folder / "collector.log").read_text())
            time.sleep(0.05)
        yield url, _Token(env)


@dataclass(frozen=True)
class _Token:
    env: Path

    def __call__(self) -> str:
        lines = self.env.read_text().splitlines()
        settings = dict(line.split("=", 1) for line in lines if line)
        return _ran("farmwatch", "enrolment-token", "--quiet", env=settings).strip()


def _ready(url: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{url}/readyz", timeout=5).ok
    return False


def _ran(*words: str, env: dict[str, str] | None = None) -> str:
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        env={**os.environ, **(env or {})}, check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip


@contextmanager
def _started(log: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as out:
        process = subprocess.Popen([str(BIN / words[0]), *words[1:]], stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@contextmanager
def crowd(count: int) -> Iterator[None]:
    """As many processes as are named, those that run already among them."""
    with _waiting(max(0, count - sum(path.name.isdigit() for path in Path("/proc").iterdir()))):
        yield


@contextmanager
def _waiting(count: int) -> Iterator[None]:
    processes = [subprocess.Popen(["sleep", "3600"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def _cpu_s(pid: int) -> float:
    """Processor seconds of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _pss_mib(pid: int) -> float:
    """The proportional set size of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError("no Pss line")


def _free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
