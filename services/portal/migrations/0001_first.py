"""First tables: what the pages show, as told by events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from backbone.migrate import create_common_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_common_tables()
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "tenders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("ocid", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_since", instant, nullable=False),
        sa.Column("published_at", instant, nullable=False),
        sa.Column("closes_at", instant, nullable=False),
        sa.Column("notice", JSONB, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("tenders_closing", "tenders", ["closes_at", "id"])
    op.create_table(
        "happenings",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("data", JSONB, nullable=False),
    )
    op.create_index("happenings_of_tender", "happenings", ["tender", "at"])
    op.create_table(
        "vendors",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("legal_name", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
    )
