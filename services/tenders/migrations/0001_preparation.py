"""From the draft to the deadline: tenders, documents, committee, notice versions, questions, corrigenda, releases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from backbone.migrate import create_common_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def text(name: str, *, key: bool = False, unique: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, unique=unique)


def number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=False)


def instant(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def tender(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("tender", sa.Text, sa.ForeignKey("tenders.id"), nullable=False, primary_key=key)


def upgrade() -> None:
    create_common_tables()
    create_tenders()
    create_parts()
    create_documents()
    create_committees()
    create_notices()
    create_questions()
    create_corrigenda()
    create_releases()
    refuse_changes()


def create_tenders() -> None:
    op.create_table(
        "tenders",
        text("id", key=True),
        text("ocid", unique=True),
        text("buyer"),
        text("buyer_name"),
        text("state"),
        text("drafter"),
        sa.Column("editors", ARRAY(sa.Text), nullable=False),
        text("approver"),
        text("approved_sha256"),
        number("version"),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("policy", JSONB, nullable=False),
        instant("tender_period_end"),
        instant("opening_at"),
        instant("enquiry_period_end"),
        number("notice_version"),
        text("notice_sha256"),
        instant("created_at"),
        instant("published_at", null=True),
        text("words"),
        sa.CheckConstraint("state <> 'closed'", "tenders_closed_is_derived"),
        sa.CheckConstraint("approver = '' OR approver <> drafter", "tenders_approver_is_not_drafter"),
        sa.CheckConstraint("opening_at >= tender_period_end", "tenders_opened_after_deadline"),
    )
    op.create_index("tenders_of_buyer", "tenders", ["buyer", "created_at", "id"])
    op.create_index(
        "tenders_public", "tenders", ["published_at", "id"], postgresql_where=sa.text("published_at IS NOT NULL")
    )


def create_parts() -> None:
    op.create_table(
        "lots",
        tender(key=True),
        text("id", key=True),
        number("position"),
        text("title"),
        sa.Column("amount", sa.Numeric, nullable=False),
        text("currency"),
    )
    op.create_table(
        "items",
        tender(key=True),
        text("id", key=True),
        text("lot"),
        number("position"),
        text("description"),
        text("classification_scheme"),
        text("classification_id"),
        sa.Column("quantity", sa.Numeric, nullable=False),
        text("unit"),
        sa.CheckConstraint("quantity > 0", "items_quantity_positive"),
    )
    op.create_table(
        "criteria",
        tender(key=True),
        text("id", key=True),
        number("position"),
        text("title"),
        text("envelope"),
        sa.Column("weight", sa.Numeric, nullable=False),
        sa.Column("max_score", sa.Numeric, nullable=False),
        sa.Column("minimum_score", sa.Numeric),
    )


def create_documents() -> None:
    op.create_table(
        "document_versions",
        tender(),
        text("document", key=True),
        number("version", key=True),
        number("position"),
        text("title"),
        text("document_type"),
        text("language"),
        text("format"),
        text("file_name"),
        text("sha256"),
        number("size"),
        text("object_key"),
        text("reason"),
        text("uploaded_by"),
        instant("uploaded_at"),
        instant("published_at", null=True),
    )
    op.create_index("document_versions_of_tender", "document_versions", ["tender", "position", "version"])


def create_committees() -> None:
    op.create_table("committees", tender(key=True), number("threshold"), instant("appointed_at"))
    op.create_table(
        "committee_members",
        tender(key=True),
        text("member", key=True),
        number("position"),
        text("recipient"),
        text("canary_sha256"),
        instant("canary_opened_at", null=True),
    )


def create_notices() -> None:
    op.create_table(
        "notice_versions",
        tender(key=True),
        number("version", key=True),
        text("sha256"),
        sa.Column("notice", JSONB, nullable=False),
        instant("published_at"),
    )


def create_questions() -> None:
    op.create_table(
        "questions",
        text("id", key=True),
        tender(),
        text("text"),
        instant("asked_at"),
        text("asker_tag"),
        text("answer"),
        text("answered_by"),
        instant("answered_at", null=True),
        text("not_significant"),
        text("confirmed_by"),
        instant("published_at", null=True),
        sa.CheckConstraint("confirmed_by = '' OR confirmed_by <> answered_by", "questions_second_person"),
    )
    op.create_index("questions_of_tender", "questions", ["tender", "asked_at"])


def create_corrigenda() -> None:
    op.create_table(
        "corrigenda",
        text("id", key=True),
        tender(),
        number("number"),
        number("base_version"),
        text("reason_code"),
        text("rationale"),
        sa.Column("requested", JSONB, nullable=False),
        sa.Column("changes", JSONB, nullable=False),
        text("proposer"),
        instant("proposed_at"),
        text("approver"),
        instant("approved_at", null=True),
        sa.UniqueConstraint("tender", "number"),
        sa.CheckConstraint("approver = '' OR approver <> proposer", "corrigenda_second_person"),
    )


def create_releases() -> None:
    op.create_table(
        "releases",
        text("id", key=True),
        tender(),
        text("ocid"),
        number("number"),
        sa.Column("tags", ARRAY(sa.Text), nullable=False),
        instant("date"),
        text("sha256"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("amends", sa.Boolean, nullable=False),
        sa.UniqueConstraint("tender", "number"),
    )
    op.create_index("releases_of_process", "releases", ["ocid", "number"])


def refuse_changes() -> None:
    """What was published stays: the database itself refuses to change or delete it."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
        END $$
    """)
    for table in ("notice_versions", "releases"):
        op.execute(f"""
            CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change()
        """)
    op.execute("""
        CREATE TRIGGER document_versions_kept BEFORE DELETE ON document_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """)
    # Publication is the only thing that ever happens to a version, and only once.
    op.execute("""
        CREATE TRIGGER document_versions_unchanged BEFORE UPDATE ON document_versions
        FOR EACH ROW WHEN (
            OLD.published_at IS NOT NULL
            OR to_jsonb(OLD) - 'published_at' IS DISTINCT FROM to_jsonb(NEW) - 'published_at'
        ) EXECUTE FUNCTION refuse_change()
    """)
