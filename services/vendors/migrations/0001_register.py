"""The suppliers' register: vendors, evidence, decisions, debarments, links, alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from backbone.migrate import create_common_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def vendor_column(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("vendor", sa.Text, sa.ForeignKey("vendors.id"), nullable=False, primary_key=key)


def upgrade() -> None:
    create_common_tables()
    create_vendors()
    create_papers()
    create_debarments()
    create_alerts()


def create_vendors() -> None:
    op.create_table(
        "vendors",
        text("id", key=True),
        text("legal_name"),
        text("scheme"),
        text("identifier"),
        sa.Column("address", JSONB, nullable=False),
        sa.Column("contact_point", JSONB, nullable=False),
        sa.Column("representative", JSONB),
        text("status"),
        text("resumes", null=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        text("registered_by"),
        sa.UniqueConstraint("scheme", "identifier"),
        sa.CheckConstraint("status IN ('registered', 'verified', 'refused', 'suspended')", "vendors_status"),
        sa.CheckConstraint("(status = 'suspended') = (resumes IS NOT NULL)", "vendors_resumes"),
    )
    op.create_index("vendors_by_age", "vendors", ["registered_at", "id"])
    op.create_table(
        "followed_categories",
        vendor_column(key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        text("scheme"),
        text("id"),
        text("scheme_key"),
        text("id_key"),
    )
    op.create_index("followed_categories_key", "followed_categories", ["scheme_key", "id_key"])
    op.create_table("vendor_traits", vendor_column(key=True), text("trait", key=True), text("value"))
    op.create_index("vendor_traits_value", "vendor_traits", ["trait", "value"])
    op.create_table(
        "linked_vendors",
        text("id", key=True),
        vendor_column(),
        sa.Column("other", sa.Text, sa.ForeignKey("vendors.id"), nullable=False),
        text("shared"),
        sa.Column("flagged_at", INSTANT, nullable=False),
        sa.UniqueConstraint("vendor", "other", "shared"),
    )


def create_papers() -> None:
    op.create_table(
        "evidence",
        text("id", key=True),
        vendor_column(),
        text("kind"),
        text("title"),
        text("file_name"),
        text("content_type"),
        sa.Column("size", sa.BigInteger, nullable=False),
        text("sha256"),
        sa.Column("valid_until", INSTANT),
        sa.Column("added_at", INSTANT, nullable=False),
        text("added_by"),
    )
    op.create_index("evidence_of_vendor", "evidence", ["vendor", "added_at", "id"])
    op.create_table(
        "decisions",
        text("id", key=True),
        vendor_column(),
        text("act"),
        text("status"),
        text("grounds"),
        text("decided_by"),
        sa.Column("decided_at", INSTANT, nullable=False),
    )
    op.create_index("decisions_of_vendor", "decisions", ["vendor", "decided_at", "id"])


def create_debarments() -> None:
    op.create_table(
        "debarments",
        text("id", key=True),
        vendor_column(),
        text("grounds"),
        text("authority"),
        text("legal_basis"),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        text("decided_by"),
        sa.Column("lifted_at", INSTANT),
        text("lifted_by", null=True),
        sa.Column("lifting_grounds", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("starts_at < ends_at", "debarments_period"),
    )
    op.create_index("debarments_of_vendor", "debarments", ["vendor"])
    op.create_index("debarments_by_age", "debarments", ["decided_at", "id"])
    op.create_table(
        "debarment_list_versions",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        text("sha256"),
        sa.Column("made_at", INSTANT, nullable=False),
    )


def create_alerts() -> None:
    op.create_table(
        "tender_alerts",
        text("id", key=True),
        vendor_column(),
        text("tender"),
        text("ocid"),
        text("title"),
        text("buyer_name"),
        sa.Column("notice_version", sa.Integer, nullable=False),
        sa.Column("tender_period_end", INSTANT, nullable=False),
        text("delivery_status"),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.UniqueConstraint("vendor", "tender", "notice_version"),
    )
    op.create_index("tender_alerts_of_vendor", "tender_alerts", ["vendor", "queued_at", "id"])
