"""People, organisations, memberships, invitations, sessions, duties."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from backbone.migrate import create_common_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def text(name: str, *, key: bool = False, of: str = "", default: str | None = None) -> sa.Column[str]:
    foreign = [sa.ForeignKey(of)] if of else []
    return sa.Column(name, sa.Text, *foreign, nullable=False, primary_key=key, server_default=default)


def instant(name: str, *, null: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, INSTANT, nullable=null)


def upgrade() -> None:
    create_common_tables()
    create_people()
    create_organisations()
    create_sessions()
    create_duties()


def create_people() -> None:
    op.create_table(
        "people",
        text("id", key=True),
        text("email"),
        text("name"),
        text("language"),
        text("password_hash", default=""),
        sa.Column("totp_sealed", sa.LargeBinary),
        sa.Column("totp_pending", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
        instant("created_at"),
        instant("last_seen_at"),
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("language IN ('es', 'en')", "people_language"),
        sa.CheckConstraint("email = lower(email)", "people_email"),
    )
    op.create_table(
        "sign_in_attempts",
        text("account_sha256", key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        instant("last_at"),
    )


def create_organisations() -> None:
    op.create_table(
        "organisations",
        text("id", key=True),
        text("kind"),
        text("name"),
        instant("created_at"),
        text("created_by"),
        sa.CheckConstraint("kind IN ('platform', 'oversight', 'buyer', 'supplier')", "organisations_kind"),
    )
    # A supplier's name may be another's too; the register of suppliers tells them apart by their numbers.
    public_bodies = sa.text("kind <> 'supplier'")
    op.create_index("organisations_names", "organisations", ["name"], unique=True, postgresql_where=public_bodies)
    the_platform = sa.text("kind = 'platform'")
    op.create_index("one_platform", "organisations", ["kind"], unique=True, postgresql_where=the_platform)
    op.create_table(
        "memberships",
        text("organisation", key=True, of="organisations.id"),
        text("person", key=True, of="people.id"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        instant("granted_at"),
        text("granted_by"),
        instant("accepted_at", null=True),
    )
    op.create_index("memberships_of_person", "memberships", ["person"])
    op.create_table(
        "invitations",
        text("code_sha256", key=True),
        text("organisation", of="organisations.id"),
        text("person", of="people.id"),
        instant("expires_at"),
        sa.UniqueConstraint("organisation", "person"),
    )


def create_sessions() -> None:
    op.create_table(
        "sessions",
        text("id", key=True),
        text("person", of="people.id"),
        text("organisation"),
        text("refresh_sha256"),
        instant("opened_at"),
        instant("expires_at"),
        instant("second_factor_at", null=True),
        instant("revoked_at", null=True),
        text("revoked_for", default=""),
        sa.UniqueConstraint("refresh_sha256"),
    )
    op.create_index("sessions_of_person", "sessions", ["person", "opened_at"])
    op.create_table("spent_refresh_tokens", text("sha256", key=True), text("session", of="sessions.id"))


def create_duties() -> None:
    op.create_table(
        "tenders",
        text("id", key=True),
        text("buyer"),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_table(
        "duties",
        text("tender", key=True, of="tenders.id"),
        text("person", key=True),
        text("duty", key=True),
        instant("assigned_at"),
        text("assigned_by", default=""),
    )
    op.create_index("duties_of_person", "duties", ["person"])
