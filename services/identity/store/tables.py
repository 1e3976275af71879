"""Tables. Their first form is made by migrations/0001_people.py."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()
INSTANT = DateTime(timezone=True)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True, comment="personal data, in its normal form"),
    Column("name", Text, nullable=False, comment="personal data"),
    Column("language", Text, nullable=False),
    Column("password_hash", Text, nullable=False, comment="Argon2id; empty until an invitation is accepted"),
    Column("totp_sealed", LargeBinary, comment="encrypted"),
    Column("totp_pending", LargeBinary, comment="encrypted; waits for its first code"),
    Column("totp_step", BigInteger, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
)

attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("account_sha256", Text, primary_key=True, comment="of the e-mail address, known to us or not"),
    Column("failures", Integer, nullable=False),
    Column("last_at", INSTANT, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", Text, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("granted_at", INSTANT, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("accepted_at", INSTANT, comment="roles count from here"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_sha256", Text, primary_key=True),
    Column("organisation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("organisation", Text, nullable=False, comment="empty for none"),
    Column("refresh_sha256", Text, nullable=False, unique=True),
    Column("opened_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("second_factor_at", INSTANT),
    Column("revoked_at", INSTANT),
    Column("revoked_for", Text, nullable=False),
)

spent_tokens = Table(
    "spent_refresh_tokens",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("session", Text, nullable=False),
)

tenders = Table(
    "tenders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("buyer", Text, nullable=False),
    Column("told", Boolean, nullable=False, comment="by an event; until then the buyer is whoever appointed first"),
)

duties = Table(
    "duties",
    metadata,
    Column("tender", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("duty", Text, primary_key=True),
    Column("assigned_at", INSTANT, nullable=False),
    Column("assigned_by", Text, nullable=False, comment="empty where an act of the tender tells it"),
)
