"""The tables (design: stores and scale), as SQLAlchemy Core; migrations create exactly these.

Times are integers, milliseconds since 1970 UTC. `n` in `journal` numbers what happened, for good;
`since`/`until` of an interval or claim are journal numbers, `since_at`/`until_at` the times.
"""

from sqlalchemy import (
    BLOB,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

meta = Table(
    "meta", metadata, Column("name", Text, primary_key=True), Column("value", BLOB, nullable=False)
)

host = Table(  # identity, wide, rarely written
    "host",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("host_id", Text, nullable=False, unique=True),  # UUIDv7
    Column("public_key", BLOB, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("serial_tail", Text, nullable=False, server_default=""),
    Column("mdm_id", Text, nullable=False, server_default=""),
    Column("enrolled_at", Integer, nullable=False),
    Column("revoked_at", Integer),
    Column("provisional", Integer, nullable=False, server_default="1"),
    Index("host_name", text("name COLLATE NOCASE")),  # searched by what they begin with
    Index("host_serial_tail", text("serial_tail COLLATE NOCASE")),
    Index("host_mdm_id", text("mdm_id COLLATE NOCASE")),
    Index("host_key", "public_key", unique=True),
)

host_hot = Table(  # the only row that an unchanged report touches
    "host_hot",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("epoch", Text, nullable=False, server_default=""),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("digest", Text, nullable=False, server_default=""),  # of the report numbered seq
    Column("state", Text, nullable=False, server_default=""),  # empty: ask for a full report
    Column("seen", Integer, nullable=False, server_default="0"),
    Column("recent", Text, nullable=False, server_default=""),  # last 16 digests, newest first
    Column("at", Integer, nullable=False, server_default="0"),  # of that report, clock corrected
    Column("skew", Integer, nullable=False, server_default="0"),  # of report.skew, 0 without one
    Column("address", Text, nullable=False, server_default=""),  # of egress.address
)

body = Table(  # id: keyed 63-bit BLAKE2b of the bytes, the key in meta: content-addressed
    "body",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content", BLOB, nullable=False),
)

interval = Table(
    "interval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Integer, nullable=False),
    Column("sensor", Text, nullable=False),  # "" for rows that the collector writes
    Column("kind", Text, nullable=False),
    Column("body", Integer, ForeignKey("body.id"), nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("since_at", Integer, nullable=False),
    Column("until_at", Integer),
    Index("interval_open", "host", sqlite_where=text("until IS NULL")),
    Index("interval_ended", "host", "until_at", sqlite_where=text("until IS NOT NULL")),
)

journal = Table(
    "journal",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("cause", Text, nullable=False),  # enrolment, report, silence, return, tick, policy, fork
    Column("host", Integer),  # none for tick and policy
    Column("epoch", Text),
    Column("seq", Integer),
    Column("digest", Text),
    Column("envelope", BLOB),  # the signed bytes, as they came
    Index("journal_host", "host", "seq"),
    sqlite_autoincrement=True,
)

cursor = Table(
    "cursor",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

due = Table(  # when a host's judgement may change though no row does
    "due",
    metadata,
    Column("host", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Index("due_at", "at"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Integer, nullable=False),
    Column("detector", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("strength", Text, nullable=False),
    Column("document", BLOB, nullable=False),  # the whole claim, JSON
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("since_at", Integer, nullable=False),
    Column("until_at", Integer),
    Index("claim_open", "host", sqlite_where=text("until IS NULL")),
    Index("claim_ended", "until_at", sqlite_where=text("until IS NOT NULL")),
)

verdict = Table(  # one open row a host; ended ones are its history
    "verdict",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", BLOB, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("since_at", Integer, nullable=False),
    Column("until_at", Integer),
    Index("verdict_open", "host", unique=True, sqlite_where=text("until IS NULL")),
    Index("verdict_level", "level", "host", sqlite_where=text("until IS NULL")),
    Index("verdict_ended", "until_at", sqlite_where=text("until IS NOT NULL")),
)

finding = Table(
    "finding",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("host", Integer),
    Column(
        "cause", Text, nullable=False
    ),  # entered, left, raised, lowered, kind, surplus, tamper, silence
    Column("level", Text, nullable=False),
    Column("document", BLOB, nullable=False),
    Column("journal", Integer, nullable=False),
    Index("finding_at", "at"),
    sqlite_autoincrement=True,
)

quarantine = Table(  # reports that contradict what is stored; kept, never believed
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("host", Integer, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("envelope", BLOB, nullable=False),
    UniqueConstraint("host", "epoch", "seq", "digest"),
)

gauge = Table(  # last value, and one summary a day
    "gauge",
    metadata,
    Column("host", Integer, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),  # UTC date
    Column("last", Integer, nullable=False),
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("n", Integer, nullable=False),
)

policy = Table(  # every version that was ever in force
    "policy",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("text", Text, nullable=False),  # the YAML as it was given
    Column("etag", Text, nullable=False),
    Column("agent", BLOB, nullable=False),  # the agent's part, a signed DSSE envelope
    Column("agent_etag", Text, nullable=False),
    Column("by", Text, nullable=False),
)

enrolment_token = Table(
    "enrolment_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", BLOB, nullable=False, unique=True),  # SHA-256 of 32 random bytes in base64url
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("expires_at", Integer, nullable=False),
    Column("network", Text, nullable=False, server_default=""),  # CIDR, empty for any
    Column("created_at", Integer, nullable=False),
    Column("by", Text, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", BLOB, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("expires_at", Integer),
    Column("revoked_at", Integer),
    CheckConstraint("role IN ('viewer', 'analyst', 'responder', 'admin')"),
)

audit = Table(  # append-only: triggers refuse UPDATE and DELETE
    "audit",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("who", Text, nullable=False),  # token name, or `agent`, or `-`
    Column("role", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column(
        "did", Text, nullable=False
    ),  # read.host, read.findings, ask, policy.put, token.create, ...
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

question = Table(
    "question",
    metadata,
    Column("id", Text, primary_key=True),  # UUIDv7
    Column("at", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("sensor", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("expires_at", Integer, nullable=False),
)

asked = Table(  # one row for each host that a question goes to
    "asked",
    metadata,
    Column("question", Text, ForeignKey("question.id"), primary_key=True),
    Column("host", Integer, primary_key=True),
    Column("sent_at", Integer),  # first offered in a reply
    Column("seen_at", Integer),  # the agent listed it in questions_seen
    Column("answered_at", Integer),
    Column("envelope", BLOB),  # the signed answer
    Index("asked_host", "host", sqlite_where=text("answered_at IS NULL")),
)
