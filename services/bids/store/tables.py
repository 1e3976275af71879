"""The tables as queries see them; the numbered migrations make them."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
INSTANT = DateTime(timezone=True)

tenders = Table(
    "tenders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("notice_version", Integer),
    Column("deadline", INSTANT),
    Column("opening_at", INSTANT),
    Column("keep_until", INSTANT),
    Column("cancelled", Boolean),
    Column("closed_lots", JSONB),
    Column("technical_final_at", INSTANT),
    Column("passed", JSONB),
    Column("notice", JSONB),
)

vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text),
    Column("party", JSONB),
)

debarments = Table(
    "debarments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text),
    Column("starts_at", INSTANT),
    Column("ends_at", INSTANT),
    Column("lifted", Boolean),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text),
    Column("bidder", Text),
    Column("object_key", Text),
    Column("sha256", Text),
    Column("size", BigInteger),
    Column("expires_at", INSTANT),
    Column("committed", Boolean),
)

bids = Table(
    "bids",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text),
    Column("lot", Text),
    Column("bidder", Text),
    Column("state", Text),
    Column("version", Integer),
    Column("receipt", Text),
)

bid_versions = Table(
    "bid_versions",
    metadata,
    Column("bid", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("received_at", INSTANT),
    Column("notice_version", Integer),
    Column("notice_sha256", Text),
    Column("receipt", Text),
)

sealed_files = Table(
    "sealed_files",
    metadata,
    Column("bid", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("position", Integer),
    Column("sha256", Text),
    Column("size", BigInteger),
    Column("object_key", Text),
    Column("version_id", Text),
    Column("sealed", JSONB),
)

locks = Table(
    "locks",
    metadata,
    Column("object_key", Text, primary_key=True),
    Column("tender", Text),
    Column("version_id", Text),
    Column("locked_until", INSTANT),
)

records = Table(
    "records",
    metadata,
    Column("receipt", Text, primary_key=True),
    Column("kind", Text),
    Column("tender", Text),
    Column("lot", Text),
    Column("bid", Text),
    Column("bidder", Text),
    Column("received_at", INSTANT),
    Column("body", Text, comment="canonical JSON"),
    Column("blind", Text),
    Column("commitment", Text),
    Column("statement", Text),
    Column("revealed_at", INSTANT),
)

openings = Table(
    "openings",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("state", Text),
    Column("opened_at", INSTANT),
    Column("acta_sha256", Text),
)

share_batches = Table(
    "share_batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tender", Text),
    Column("envelope", Text),
    Column("member", Text),
    Column("received_at", INSTANT),
    Column("sha256", Text),
    Column("shares", JSONB),
    Column("lapsed_at", INSTANT),
)

results = Table(
    "results",
    metadata,
    Column("bid", Text, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("tender", Text),
    Column("result", Text),
    Column("failure", Text),
    Column("identity", Text),
    Column("offer", JSONB(none_as_null=True)),
    Column("documents", JSONB),
)

actas = Table(
    "actas",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("sha256", Text),
    Column("statement", Text),
    Column("pages", JSONB, comment="HTML by language"),
    Column("written_at", INSTANT),
)

acta_annexes = Table(
    "acta_annexes",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("envelope", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("statement", Text),
)
