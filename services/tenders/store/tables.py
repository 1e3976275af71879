"""Tables from the draft to the deadline. Their first form is made by migrations/0001_preparation.py."""

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()
INSTANT = DateTime(timezone=True)

tenders = Table(
    "tenders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ocid", Text, nullable=False, unique=True),
    Column("buyer", Text, nullable=False),
    Column("buyer_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("drafter", Text, nullable=False),
    Column("editors", ARRAY(Text), nullable=False),
    Column("approver", Text, nullable=False),
    Column("approved_sha256", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", JSONB, nullable=False, comment="the content, without lots, criteria and periods"),
    Column("policy", JSONB, nullable=False, comment="snapshot of the procedure policy, holidays included"),
    Column("tender_period_end", INSTANT, nullable=False),
    Column("opening_at", INSTANT, nullable=False),
    Column("enquiry_period_end", INSTANT, nullable=False),
    Column("notice_version", Integer, nullable=False),
    Column("notice_sha256", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("published_at", INSTANT),
    Column("words", Text, nullable=False, comment="lower-case text that the list searches"),
)

lots = Table(
    "lots",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("lot", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("classification_scheme", Text, nullable=False),
    Column("classification_id", Text, nullable=False),
    Column("quantity", Numeric, nullable=False),
    Column("unit", Text, nullable=False),
)

criteria = Table(
    "criteria",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("weight", Numeric, nullable=False),
    Column("max_score", Numeric, nullable=False),
    Column("minimum_score", Numeric),
)

documents = Table(
    "document_versions",
    metadata,
    Column("tender", Text, nullable=False),
    Column("document", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("document_type", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", INSTANT, nullable=False),
    Column("published_at", INSTANT),
)

committees = Table(
    "committees",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("threshold", Integer, nullable=False),
    Column("appointed_at", INSTANT, nullable=False),
)

members = Table(
    "committee_members",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("canary_sha256", Text, nullable=False),
    Column("canary_opened_at", INSTANT),
)

notices = Table(
    "notice_versions",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("notice", JSONB, nullable=False),
    Column("published_at", INSTANT, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", INSTANT, nullable=False),
    Column("asker_tag", Text, nullable=False, comment="keyed hash; says only whether two questions have one asker"),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", INSTANT),
    Column("not_significant", Text, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Column("published_at", INSTANT),
)

corrigenda = Table(
    "corrigenda",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("requested", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("proposer", Text, nullable=False),
    Column("proposed_at", INSTANT, nullable=False),
    Column("approver", Text, nullable=False),
    Column("approved_at", INSTANT),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("ocid", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("date", INSTANT, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the release, byte for byte as it was published"),
    Column("amends", Boolean, nullable=False),
)
