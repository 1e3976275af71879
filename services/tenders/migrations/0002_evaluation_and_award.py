"""From the opening to the contract: announced bids, scores, ranking, awards, complaints, contracts, signed papers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)


def text(name: str, *, key: bool = False, null: bool = False, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=null, server_default="" if empty else None)


def instant(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=null)


def tender(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("tender", sa.Text, sa.ForeignKey("tenders.id"), nullable=False, primary_key=key)


def money(*, null: bool) -> tuple[sa.Column[object], sa.Column[str]]:
    return sa.Column("amount", sa.Numeric, nullable=null), text("currency", null=null)


def upgrade() -> None:
    create_openings()
    create_evaluation()
    create_report()
    create_awards()
    create_complaints()
    create_contracts()


def create_openings() -> None:
    op.create_table(
        "opened_bids",
        tender(),
        text("bid", key=True),
        text("envelope", key=True),
        text("lot"),
        text("bidder"),
        sa.Column("version", sa.Integer, nullable=False),
        instant("received_at"),
        text("result"),
        text("failure"),
        *money(null=True),
        sa.Column("items", JSONB, nullable=False),
        sa.Column("documents", JSONB, nullable=False),
        text("notice_sha256"),
    )
    op.create_index("opened_bids_of_tender", "opened_bids", ["tender", "envelope"])
    op.create_table("closed_lots", tender(key=True), text("lot", key=True), text("grounds"))


def create_evaluation() -> None:
    op.create_table(
        "evaluators",
        tender(key=True),
        text("person", key=True),
        sa.Column("has_conflict", sa.Boolean, nullable=False),
        text("statement"),
        instant("declared_at"),
        instant("signed_at", null=True),
        text("scores_sha256", empty=True),
    )
    op.create_table(
        "scores",
        tender(),
        text("evaluator", key=True),
        text("lot"),
        text("bid", key=True),
        text("criterion", key=True),
        sa.Column("score", sa.Numeric, nullable=False),
        text("reason"),
        instant("scored_at"),
        sa.CheckConstraint("score >= 0", "scores_not_negative"),
    )
    op.create_index("scores_of_tender", "scores", ["tender", "evaluator"])
    op.create_table(
        "technical_results",
        tender(),
        text("lot"),
        text("bid", key=True),
        text("bidder"),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("score", sa.Numeric(5, 2), nullable=False),
        sa.Column("averages", JSONB, nullable=False),
        sa.Column("below", JSONB, nullable=False),
        text("excluded"),
        instant("final_at"),
    )
    op.create_index("technical_results_of_tender", "technical_results", ["tender"])


def create_report() -> None:
    op.create_table(
        "rankings",
        tender(),
        text("lot"),
        text("bid", key=True),
        text("bidder"),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("technical", sa.Numeric(5, 2), nullable=False),
        sa.Column("financial", sa.Numeric(5, 2), nullable=False),
        sa.Column("total", sa.Numeric(5, 2), nullable=False),
        *money(null=False),
        instant("received_at"),
        sa.UniqueConstraint("tender", "lot", "rank"),
    )
    op.create_table(
        "rejections",
        tender(),
        text("lot"),
        text("bid", key=True),
        text("bidder"),
        text("stage"),
        text("code"),
        text("reason"),
    )
    op.create_index("rejections_of_tender", "rejections", ["tender"])
    op.create_table(
        "papers",
        text("id", key=True),
        tender(),
        text("kind"),
        text("subject"),
        text("sha256"),
        text("statement"),
        text("object_key", empty=True),
        instant("issued_at"),
        instant("read_at", null=True),
    )
    op.create_index("papers_of_tender", "papers", ["tender", "kind", "issued_at"])


def create_awards() -> None:
    op.create_table(
        "award_decisions",
        text("id", key=True),
        tender(),
        text("awarder"),
        instant("decided_at"),
        instant("standstill_end"),
        text("ended", empty=True),
        sa.CheckConstraint("ended IN ('', 'active', 'cancelled')", "award_decisions_ended"),
    )
    op.create_index(
        "award_decisions_in_force", "award_decisions", ["tender"], unique=True, postgresql_where="ended <> 'cancelled'"
    )
    op.create_table(
        "awards",
        text("id", key=True),
        sa.Column("decision", sa.Text, sa.ForeignKey("award_decisions.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        text("lot"),
        text("status"),
        text("bid"),
        text("supplier"),
        *money(null=True),
        text("grounds"),
        sa.UniqueConstraint("decision", "lot"),
        sa.CheckConstraint("status IN ('pending', 'active', 'cancelled', 'unsuccessful')", "awards_status"),
    )
    op.create_table(
        "award_reasons",
        sa.Column("decision", sa.Text, sa.ForeignKey("award_decisions.id"), primary_key=True),
        text("bid", key=True),
        text("lot"),
        text("reason"),
    )
    op.create_table(
        "eligibility_checks",
        text("subject", key=True),
        text("vendor", key=True),
        tender(),
        text("moment"),
        sa.Column("eligible", sa.Boolean, nullable=False),
        text("reason"),
        text("list_version"),
        instant("checked_at"),
    )


def create_complaints() -> None:
    op.create_table(
        "complaints",
        text("id", key=True),
        tender(),
        sa.Column("decision", sa.Text, sa.ForeignKey("award_decisions.id"), nullable=False),
        text("complainant"),
        text("grounds"),
        instant("lodged_at"),
        text("outcome"),
        text("reasons"),
        text("reviewer"),
        instant("ended_at", null=True),
        sa.CheckConstraint("outcome IN ('open', 'dismissed', 'upheld', 'withdrawn')", "complaints_outcome"),
    )
    op.create_index("complaints_of_tender", "complaints", ["tender", "lodged_at"])


def create_contracts() -> None:
    op.create_table(
        "contracts",
        text("id", key=True),
        tender(),
        sa.Column("award", sa.Text, sa.ForeignKey("awards.id"), nullable=False, unique=True),
        text("supplier"),
        text("number"),
        *money(null=False),
        instant("signed_at"),
        instant("recorded_at"),
        sa.UniqueConstraint("tender", "number"),
    )
