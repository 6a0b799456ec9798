"""A whole collector in one process: its real database, ingest, judge, API and pages, no network."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from collector.assembly import Collector, Page, Settings, database_of
from collector.ingest.forwarded import Proxies
from collector.store.tokens import put_api_token
from collector.tokens import Role, hashed
from lab.laptops import Laptop, Rows
from wire.codec import decode, encode
from wire.enrolment import Grant
from wire.envelope import ANSWER
from wire.question import Answer
from wire.report import Ended, Outcome

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JSON = "application/json"

IDENTITY = {
    "kind": "machine.identity", "host_name": "lap-chi-0417", "os": "linux",
    "os_version": "Debian GNU/Linux 12", "maker": "LENOVO", "model": "ThinkPad T14",
    "chassis": "notebook", "serial": "5f3a", "serial_tail": "9QX2", "mdm_id": "mdm-17",
}  # fmt: skip
PIKVM = {
    "kind": "usb.device", "port": "1-2", "vendor_id": "1d6b", "product_id": "0104",
    "manufacturer": "PiKVM", "product": "PiKVM Composite Device", "serial": "0f0f",
    "release": "0100", "speed_mbps": 480.0, "functions": ["keyboard", "pointer", "storage"],
    "hits": ["kvm.pikvm"], "strengths": ["decisive"], "grounds": ["product PiKVM"],
}  # fmt: skip
SENSORS = ("clock", "displays", "input_devices", "network", "remote_tools", "sessions", "usb")


class Whole:
    """The collector, a clock that is set by hand, and a token for each role."""

    def __init__(self, data: Path, policy: str = "", proxies: Proxies | None = None) -> None:
        self.now = BEGAN
        self.data = data
        self.settings = Settings(data, Page("policy.yaml", policy), proxies or Proxies())
        self.open()
        self.tokens = {role: f"secret-of-{role.name}" for role in Role}
        for role, secret in self.tokens.items():
            self._keep(role, secret)

    def open(self) -> None:
        """Starts, as after a restart."""
        database = database_of(self.data)
        self.collector = Collector(self.settings, database, lambda: self.now, os.urandom)

    def close(self) -> None:
        """Ends."""
        self.collector.close()

    def _keep(self, role: Role, secret: str) -> None:
        self.collector.database.write_now(
            lambda connection: put_api_token(
                connection, hashed(secret), name=f"the {role.name}", role=role, now=self.now,
                expires_at=None,
            )
        )  # fmt: skip

    def call(
        self,
        method: str,
        path: str,
        role: Role | None = Role.admin,
        *,
        headers: Mapping[str, str] | None = None,
        peer: str = "192.0.2.9",
        **more: Any,
    ) -> httpx.Response:
        """One call with the token of a role."""
        given = {"authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return self.browse(method, path, headers={**given, **(headers or {})}, peer=peer, **more)

    def browse(
        self, method: str, path: str, *, peer: str = "192.0.2.9", **more: Any
    ) -> httpx.Response:
        """One call with nothing but what is given."""

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(
                self.collector.application, raise_app_exceptions=True, client=(peer, 4711)
            )
            async with httpx.AsyncClient(
                transport=transport, base_url="http://farmwatch.test"
            ) as client:
                return await client.request(method, path, **more)

        return asyncio.run(go())

    def get(self, path: str, role: Role | None = Role.admin, **query: str | int) -> Any:
        """What a call says that succeeds."""
        answer = self.call("GET", path, role, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def cookie(self, role: Role) -> dict[str, str]:
        """The cookie of a browser that is signed in."""
        answer = self.browse("POST", "/sign-in", data={"token": self.tokens[role]})
        assert answer.status_code == 200, answer.text
        return {"cookie": answer.headers["set-cookie"].partition(";")[0]}

    def page(self, path: str, role: Role = Role.admin) -> httpx.Response:
        """A page in a browser that is signed in."""
        return self.browse("GET", path, headers=self.cookie(role))

    def enrolled(self, seed: int = 1) -> Laptop:
        """A laptop that has enrolled."""
        made = self.call("POST", "/v1/tokens", json={"kind": "enrolment"}).json()
        laptop = Laptop.seeded(seed, 0)
        body = laptop.enrolment(int(self.now.timestamp()), made["token"])
        grant = decode(self.call("POST", "/v1/enrolments", None, content=body).content, Grant)
        laptop.n = int(grant.keyid.partition(".")[0])
        return laptop

    def host_id(self, laptop: Laptop) -> str:
        """A laptop's host id."""
        with self.collector.database.reading() as connection:
            found = connection.execute("SELECT host_id FROM host WHERE n = ?", (laptop.n,))
            return str(found.fetchone()[0])

    def report(self, laptop: Laptop, **more: Any) -> dict[str, Any]:
        """Sends everything that a laptop sees, and judges it; the reply."""
        line = laptop.line(laptop.report(int(self.now.timestamp()), full=True, **more))
        answer = self.call("POST", "/v1/reports", None, content=line + b"\n")
        assert answer.status_code in {200, 202}, answer.text
        self.judge()
        return dict(answer.json())

    def reported(self, seed: int = 1, *, usb: Rows = (), **identity: object) -> Laptop:
        """A laptop that has enrolled and reported; with rows of its USB sensor, if any."""
        laptop = self.enrolled(seed)
        laptop.sees("machine", [{**IDENTITY, **identity}])
        for sensor in SENSORS:
            laptop.sees(sensor, (), "nothing")
        if usb:
            laptop.sees("usb", usb)
        laptop.sees("power", (), "denied", "it may not be read")
        self.report(laptop)
        return laptop

    def answer(
        self, laptop: Laptop, question: str, ended: Ended = "ok", rows: Rows = (), why: str = ""
    ) -> int:
        """Answers a question; the status."""
        raw = tuple(msgspec.Raw(msgspec.json.encode(row)) for row in rows)
        outcome = Outcome(sensor="usb", ended=ended, why=why, rows=raw)
        payload = encode(Answer(v=1, question=question, at=0, outcome=outcome))
        body = encode(laptop.seal(payload, ANSWER))
        return self.call("POST", "/v1/answers", None, content=body).status_code

    def judge(self) -> None:
        """Judges all that is in the journal."""
        asyncio.run(self.collector.judge.catch_up())

    def later(self, **time: float) -> None:
        """Sets the clock forward."""
        self.now += timedelta(**time)

    def audited(self, *but: str) -> list[tuple[str, str, str, str]]:
        """Who did what to what from where, but for some deeds; oldest first."""
        with self.collector.database.reading() as connection:
            found = connection.execute("SELECT who, did, subject, address FROM audit ORDER BY n")
            return [line for line in found.fetchall() if line[1] not in but]
