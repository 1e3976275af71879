"""Runs a service's numbered revisions as the owner role of its database."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from sqlalchemy.dialects.postgresql import JSONB

ENVIRONMENT = Path(__file__).with_name("migration_environment")


def upgrade(url: str, revisions: Path) -> None:
    """Brings the database at `url` to the newest revision in the folder `revisions`; harmless when it is there."""
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(revisions))
    config.set_main_option("path_separator", "newline")
    config.attributes["url"] = url
    command.upgrade(config, "head")


def create_common_tables() -> None:
    """The tables of `backbone/tables.py` as of their first version; every service's revision 0001 begins with it."""
    now = sa.func.clock_timestamp()
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", instant, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("sequence", sa.BigInteger, unique=True),
        sa.Column("body", sa.LargeBinary),
        sa.Column("sent_at", instant),
    )
    op.create_index("outbox_unsent", "outbox", ["id"], postgresql_where=sa.text("sent_at IS NULL"))
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("handled_at", instant, nullable=False, server_default=now),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("parked_at", instant, nullable=False, server_default=now),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", instant, nullable=False, server_default=now),
    )
