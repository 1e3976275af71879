"""Tables of everything after the opening. Their first form is made by migrations/0002_evaluation_and_award.py."""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
INSTANT = DateTime(timezone=True)

opened_bids = Table(
    "opened_bids",
    metadata,
    Column("tender", Text, nullable=False),
    Column("bid", Text, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("lot", Text, nullable=False),
    Column("bidder", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Column("result", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("items", JSONB, nullable=False),
    Column("documents", JSONB, nullable=False),
    Column("notice_sha256", Text, nullable=False),
)

closed_lots = Table(
    "closed_lots",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("lot", Text, primary_key=True),
    Column("grounds", Text, nullable=False),
)

evaluators = Table(
    "evaluators",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("has_conflict", Boolean, nullable=False),
    Column("statement", Text, nullable=False),
    Column("declared_at", INSTANT, nullable=False),
    Column("signed_at", INSTANT),
    Column("scores_sha256", Text, nullable=False, server_default=""),
)

scores = Table(
    "scores",
    metadata,
    Column("tender", Text, nullable=False),
    Column("evaluator", Text, primary_key=True),
    Column("lot", Text, nullable=False),
    Column("bid", Text, primary_key=True),
    Column("criterion", Text, primary_key=True),
    Column("score", Numeric, nullable=False),
    Column("reason", Text, nullable=False),
    Column("scored_at", INSTANT, nullable=False),
)

technical_results = Table(
    "technical_results",
    metadata,
    Column("tender", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("bid", Text, primary_key=True),
    Column("bidder", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("score", Numeric(5, 2), nullable=False),
    Column("averages", JSONB, nullable=False, comment="exact fractions by criterion, for example 170/3"),
    Column("below", JSONB, nullable=False),
    Column("excluded", Text, nullable=False),
    Column("final_at", INSTANT, nullable=False),
)

rankings = Table(
    "rankings",
    metadata,
    Column("tender", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("bid", Text, primary_key=True),
    Column("bidder", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("technical", Numeric(5, 2), nullable=False),
    Column("financial", Numeric(5, 2), nullable=False),
    Column("total", Numeric(5, 2), nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("received_at", INSTANT, nullable=False),
)

rejections = Table(
    "rejections",
    metadata,
    Column("tender", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("bid", Text, primary_key=True),
    Column("bidder", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

papers = Table(
    "papers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="report, letter, complaint or contract"),
    Column("subject", Text, nullable=False, comment="whom or what it is about"),
    Column("sha256", Text, nullable=False, comment="of the canonical JSON"),
    Column("statement", Text, nullable=False, comment="the signed note, as it was issued"),
    Column("object_key", Text, nullable=False, comment="its copy in the documents bucket; empty for letters"),
    Column("issued_at", INSTANT, nullable=False),
    Column("read_at", INSTANT, comment="when its addressee first read it"),
)

decisions = Table(
    "award_decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("awarder", Text, nullable=False),
    Column("decided_at", INSTANT, nullable=False),
    Column("standstill_end", INSTANT, nullable=False),
    Column("ended", Text, nullable=False),
)

awards = Table(
    "awards",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("lot", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("bid", Text, nullable=False),
    Column("supplier", Text, nullable=False),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("grounds", Text, nullable=False),
)

reasons = Table(
    "award_reasons",
    metadata,
    Column("decision", Text, primary_key=True),
    Column("bid", Text, primary_key=True),
    Column("lot", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

eligibility_checks = Table(
    "eligibility_checks",
    metadata,
    Column("subject", Text, primary_key=True, comment="the award decision or the contract"),
    Column("vendor", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("moment", Text, nullable=False, comment="award or contract"),
    Column("eligible", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("list_version", Text, nullable=False),
    Column("checked_at", INSTANT, nullable=False),
)

complaints = Table(
    "complaints",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("complainant", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("lodged_at", INSTANT, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("ended_at", INSTANT),
)

contracts = Table(
    "contracts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text, nullable=False),
    Column("award", Text, nullable=False, unique=True),
    Column("supplier", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("signed_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
)
