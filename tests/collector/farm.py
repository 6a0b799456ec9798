"""A store in memory, and a hand that writes into its journal as ingest does."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from collector.store import policies
from collector.store.policies import Draft
from collector.store.tables import metadata
from collector.store.times import millis

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
VNC = {
    "kind": "remote_tool.present", "tool": "remote_access.tigervnc", "name": "TigerVNC",
    "role": "control", "running": True, "listening": [5901], "unattended": "yes",
    "strength": "strong",
}  # fmt: skip
SESSION = {
    "kind": "remote_tool.session", "tool": "remote_access.tigervnc", "name": "TigerVNC",
    "peer": "10.77.0.2", "port": 5901, "via": "direct",
}  # fmt: skip
PIKVM = {
    "kind": "usb.device", "port": "1-2", "hits": ["kvm.pikvm"], "strengths": ["decisive"],
    "grounds": ["product PiKVM"], "functions": ["keyboard"],
}  # fmt: skip
OK = {"kind": "sensor.outcome", "sensor": "remote_tools", "ended": "ok"}


@dataclass
class Farm:
    """A store, and a hand that writes into its journal as ingest does."""

    connection: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))
    at: datetime = START
    intervals: dict[tuple[int, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in metadata.sorted_tables:
            self.connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
            for index in table.indexes:
                self.connection.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))

    def enrol(self, host: int) -> None:
        self.connection.execute(
            "INSERT INTO host (n, host_id, public_key, enrolled_at) VALUES (?, ?, ?, ?)",
            (host, f"host-{host}", str(host).encode(), millis(self.at)),
        )
        self.entry("enrolment", host)

    def entry(self, cause: str, host: int | None = None) -> int:
        found = self.connection.execute(
            "INSERT INTO journal (at, cause, host) VALUES (?, ?, ?)",
            (millis(self.at), cause, host),
        )
        return int(found.lastrowid or 0)

    def report(
        self,
        host: int,
        *begun: dict[str, Any],
        ended: tuple[dict[str, Any], ...] = (),
        true_at: datetime | None = None,
        cause: str = "report",
    ) -> int:
        n, at = self.entry(cause, host), millis(true_at or self.at)
        for row in ended:
            number = self.intervals.pop((host, json.dumps(row)))
            self.connection.execute(
                "UPDATE interval SET until = ?, until_at = ? WHERE id = ?", (n, at, number)
            )
        for row in begun:
            content = json.dumps(row)
            body = int.from_bytes(hashlib.sha256(content.encode()).digest()[:7], "big")
            values = (body, row["kind"], content.encode())
            self.connection.execute("INSERT OR IGNORE INTO body VALUES (?, ?, ?)", values)
            made = self.connection.execute(
                "INSERT INTO interval (host, sensor, kind, body, since, since_at)"
                " VALUES (?, '', ?, ?, ?, ?)",
                (host, row["kind"], body, n, at),
            )
            self.intervals[host, content] = int(made.lastrowid or 0)
        return n

    def policy(self, text: str) -> None:
        draft = Draft(text, text, b"", text, "test")
        policies.put(self.connection, draft, self.at)

    def later(self, **much: float) -> None:
        self.at += timedelta(**much)

    def verdicts(self, host: int) -> list[tuple[int, str, str]]:
        """Since which entry, level and rule of each verdict that the host ever had."""
        return [
            (since, level, json.loads(document)["rule"])
            for since, level, document in self.connection.execute(
                "SELECT since, level, document FROM verdict WHERE host = ? ORDER BY id", (host,)
            )
        ]

    def claims(self, host: int) -> list[tuple[int, int | None, str, str]]:
        return self.connection.execute(
            "SELECT since, until, detector, strength FROM claim WHERE host = ? ORDER BY id", (host,)
        ).fetchall()

    def findings(self) -> list[tuple[int, int | None, str, str]]:
        return self.connection.execute(
            "SELECT journal, host, cause, level FROM finding ORDER BY n"
        ).fetchall()

    def everything(self) -> list[list[tuple[Any, ...]]]:
        return [
            self.connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("claim", "verdict", "finding", "due", "cursor")
        ]
