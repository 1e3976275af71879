"""First tables: the tenders and vendors that bids knows from events, uploads, bids, records, openings, actas.

Triggers hold what no role of this service may do, not even by hand: insert a bid whose receipt time is not now or is
not before the deadline, or change what was received, recorded or announced.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from backbone.migrate import create_common_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)

ON_TIME = """
CREATE FUNCTION received_now_and_on_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ends timestamptz;
BEGIN
  SELECT t.deadline INTO ends FROM tenders t JOIN bids b ON b.tender = t.id WHERE b.id = NEW.bid;
  IF NEW.received_at > clock_timestamp() OR NEW.received_at < clock_timestamp() - interval '60 seconds' THEN
    RAISE EXCEPTION 'a bid is received now, not at %', NEW.received_at;
  END IF;
  IF ends IS NULL OR NEW.received_at >= ends THEN
    RAISE EXCEPTION 'received at %, not before the deadline %', NEW.received_at, ends;
  END IF;
  RETURN NEW;
END $$
"""
UNCHANGING = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME;
END $$
"""
FIXED_RECORD = """
CREATE FUNCTION only_revealed_at_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'revealed_at' <> to_jsonb(OLD) - 'revealed_at' THEN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""
BEFORE_CHANGE = "CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


def upgrade() -> None:
    create_common_tables()
    _create_projections()
    _create_bids()
    _create_openings()
    _create_guards()


def _create_projections() -> None:
    op.create_table(
        "tenders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("notice_version", sa.Integer, nullable=False),
        sa.Column("deadline", INSTANT, nullable=False),
        sa.Column("opening_at", INSTANT, nullable=False),
        sa.Column("keep_until", INSTANT, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("closed_lots", JSONB, nullable=False, server_default="[]"),
        sa.Column("technical_final_at", INSTANT),
        sa.Column("passed", JSONB, nullable=False, server_default="[]"),
        sa.Column("notice", JSONB, nullable=False),
    )
    op.create_table(
        "vendors",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("party", JSONB, nullable=False),
    )
    op.create_table(
        "debarments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("vendor", sa.Text, nullable=False, index=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def _create_bids() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, nullable=False),
        sa.Column("bidder", sa.Text, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False, unique=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("committed", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "bids",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, sa.ForeignKey("tenders.id"), nullable=False, index=True),
        sa.Column("lot", sa.Text, nullable=False),
        sa.Column("bidder", sa.Text, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
    )
    op.create_index(
        "one_sealed_bid_per_lot", "bids", ["tender", "lot", "bidder"], unique=True,
        postgresql_where=sa.text("state = 'sealed'"),
    )  # fmt: skip
    op.create_table(
        "bid_versions",
        sa.Column("bid", sa.Text, sa.ForeignKey("bids.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("notice_version", sa.Integer, nullable=False),
        sa.Column("notice_sha256", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
    )
    op.create_table(
        "sealed_files",
        sa.Column("bid", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("envelope", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False, unique=True),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.ForeignKeyConstraint(["bid", "version"], ["bid_versions.bid", "bid_versions.version"]),
    )
    op.create_table(
        "locks",
        sa.Column("object_key", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, nullable=False, index=True),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("locked_until", INSTANT, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("receipt", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("tender", sa.Text, nullable=False, index=True),
        sa.Column("lot", sa.Text, nullable=False),
        sa.Column("bid", sa.Text, nullable=False, index=True),
        sa.Column("bidder", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("blind", sa.Text, nullable=False),
        sa.Column("commitment", sa.Text, nullable=False, unique=True),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("revealed_at", INSTANT),
    )


def _create_openings() -> None:
    op.create_table(
        "openings",
        sa.Column("tender", sa.Text, sa.ForeignKey("tenders.id"), primary_key=True),
        sa.Column("envelope", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("acta_sha256", sa.Text),
    )
    op.create_table(
        "share_batches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, nullable=False),
        sa.Column("envelope", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("shares", JSONB, nullable=False),
        sa.Column("lapsed_at", INSTANT),
    )
    op.create_index(
        "one_batch_per_member", "share_batches", ["tender", "envelope", "member"], unique=True,
        postgresql_where=sa.text("lapsed_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "results",
        sa.Column("bid", sa.Text, sa.ForeignKey("bids.id"), primary_key=True),
        sa.Column("envelope", sa.Text, primary_key=True),
        sa.Column("tender", sa.Text, nullable=False, index=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("offer", JSONB),
        sa.Column("documents", JSONB, nullable=False),
    )
    op.create_table(
        "actas",
        sa.Column("tender", sa.Text, primary_key=True),
        sa.Column("envelope", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("pages", JSONB, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )
    op.create_table(
        "acta_annexes",
        sa.Column("tender", sa.Text, primary_key=True),
        sa.Column("envelope", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("statement", sa.Text, nullable=False),
    )


def _create_guards() -> None:
    for function in (ON_TIME, UNCHANGING, FIXED_RECORD):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER on_time BEFORE INSERT ON bid_versions FOR EACH ROW EXECUTE FUNCTION received_now_and_on_time()"
    )
    for table in ("bid_versions", "sealed_files", "results", "actas", "acta_annexes"):
        op.execute(BEFORE_CHANGE.format(name="unchanging", table=table, function="refuse_change"))
    op.execute(BEFORE_CHANGE.format(name="fixed", table="records", function="only_revealed_at_changes"))
