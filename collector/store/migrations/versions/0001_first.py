"""The first revision: every table of the first release.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER audit_{word} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""


def upgrade() -> None:
    """Makes all tables, and the triggers that keep the audit log append-only."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.BLOB(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('viewer', 'analyst', 'responder', 'admin')"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "audit",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.BLOB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("document", sa.BLOB(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("since_at", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "claim_ended",
        "claim",
        ["until_at"],
        unique=False,
        sqlite_where=sa.text("until IS NOT NULL"),
    )
    op.create_index(
        "claim_open", "claim", ["host"], unique=False, sqlite_where=sa.text("until IS NULL")
    )
    op.create_table(
        "cursor",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reader"),
    )
    op.create_table(
        "due",
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
    op.create_index("due_at", "due", ["at"], unique=False)
    op.create_table(
        "enrolment_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.BLOB(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.Column("network", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "finding",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("document", sa.BLOB(), nullable=False),
        sa.Column("journal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sqlite_autoincrement=True,
    )
    op.create_index("finding_at", "finding", ["at"], unique=False)
    op.create_table(
        "gauge",
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host", "name", "day"),
    )
    op.create_table(
        "host",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.BLOB(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("serial_tail", sa.Text(), server_default="", nullable=False),
        sa.Column("mdm_id", sa.Text(), server_default="", nullable=False),
        sa.Column("enrolled_at", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("host_id"),
    )
    op.create_index("host_key", "host", ["public_key"], unique=True)
    op.create_index(
        "host_mdm_id", "host", [sa.literal_column("mdm_id COLLATE NOCASE")], unique=False
    )
    op.create_index("host_name", "host", [sa.literal_column("name COLLATE NOCASE")], unique=False)
    op.create_index(
        "host_serial_tail", "host", [sa.literal_column("serial_tail COLLATE NOCASE")], unique=False
    )
    op.create_table(
        "host_hot",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Text(), server_default="", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("seen", sa.Integer(), server_default="0", nullable=False),
        sa.Column("recent", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skew", sa.Integer(), server_default="0", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "journal",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.Text(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("envelope", sa.BLOB(), nullable=True),
        sa.PrimaryKeyConstraint("n"),
        sqlite_autoincrement=True,
    )
    op.create_index("journal_host", "journal", ["host", "seq"], unique=False)
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BLOB(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "policy",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("agent", sa.BLOB(), nullable=False),
        sa.Column("agent_etag", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("envelope", sa.BLOB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host", "epoch", "seq", "digest"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sensor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.BLOB(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("since_at", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "verdict_ended",
        "verdict",
        ["until_at"],
        unique=False,
        sqlite_where=sa.text("until IS NOT NULL"),
    )
    op.create_index(
        "verdict_level",
        "verdict",
        ["level", "host"],
        unique=False,
        sqlite_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "verdict_open", "verdict", ["host"], unique=True, sqlite_where=sa.text("until IS NULL")
    )
    op.create_table(
        "asked",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.Integer(), nullable=True),
        sa.Column("envelope", sa.BLOB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("question", "host"),
    )
    op.create_index(
        "asked_host", "asked", ["host"], unique=False, sqlite_where=sa.text("answered_at IS NULL")
    )
    op.create_table(
        "interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("sensor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("since_at", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["body"],
            ["body.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "interval_ended",
        "interval",
        ["host", "until_at"],
        unique=False,
        sqlite_where=sa.text("until IS NOT NULL"),
    )
    op.create_index(
        "interval_open", "interval", ["host"], unique=False, sqlite_where=sa.text("until IS NULL")
    )
    op.execute(APPEND_ONLY.format(word="update", verb="UPDATE"))
    op.execute(APPEND_ONLY.format(word="delete", verb="DELETE"))


def downgrade() -> None:
    """Drops all tables."""
    for table in (
        "interval",
        "asked",
        "verdict",
        "question",
        "quarantine",
        "policy",
        "meta",
        "journal",
        "host_hot",
        "host",
        "gauge",
        "finding",
        "enrolment_token",
        "due",
        "cursor",
        "claim",
        "body",
        "audit",
        "api_token",
    ):
        op.drop_table(table)
