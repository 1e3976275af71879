"""Tables. Their first form is made by migrations/0001_register.py."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
INSTANT = DateTime(timezone=True)

vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True, comment="the supplier's organisation"),
    Column("legal_name", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("address", JSONB, nullable=False),
    Column("contact_point", JSONB, nullable=False, comment="personal data"),
    Column("representative", JSONB, comment="personal data"),
    Column("status", Text, nullable=False),
    Column("resumes", Text, comment="the status that a reinstatement gives back"),
    Column("registered_at", INSTANT, nullable=False),
    Column("registered_by", Text, nullable=False),
    UniqueConstraint("scheme", "identifier"),
)

categories = Table(
    "followed_categories",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("scheme", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("scheme_key", Text, nullable=False, comment="as compared, see domain/category.py"),
    Column("id_key", Text, nullable=False),
)

traits = Table(
    "vendor_traits",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("trait", Text, primary_key=True),
    Column("value", Text, nullable=False, comment="personal data, normalised for comparison"),
)

links = Table(
    "linked_vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("shared", Text, nullable=False, comment="the trait, never its value"),
    Column("flagged_at", INSTANT, nullable=False),
    UniqueConstraint("vendor", "other", "shared"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("status", Text, nullable=False, comment="after the act"),
    Column("grounds", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", INSTANT, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("valid_until", INSTANT),
    Column("added_at", INSTANT, nullable=False),
    Column("added_by", Text, nullable=False),
)

debarments = Table(
    "debarments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("starts_at", INSTANT, nullable=False),
    Column("ends_at", INSTANT, nullable=False),
    Column("decided_at", INSTANT, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("lifted_at", INSTANT),
    Column("lifted_by", Text),
    Column("lifting_grounds", Text, nullable=False, server_default=""),
)

list_versions = Table(
    "debarment_list_versions",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False),
    Column("made_at", INSTANT, nullable=False),
)

alerts = Table(
    "tender_alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("tender", Text, nullable=False),
    Column("ocid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("buyer_name", Text, nullable=False),
    Column("notice_version", Integer, nullable=False),
    Column("tender_period_end", INSTANT, nullable=False),
    Column("delivery_status", Text, nullable=False),
    Column("queued_at", INSTANT, nullable=False),
    UniqueConstraint("vendor", "tender", "notice_version"),
)
