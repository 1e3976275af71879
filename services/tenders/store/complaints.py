"""Complaints. Rows are added and ended, never removed."""

from dataclasses import asdict

from sqlalchemy import insert, select, update

from backbone.database import Transaction
from services.tenders.domain.complaint import Complaint
from services.tenders.store.award_tables import complaints


def add(tx: Transaction, tender: str, complaint: Complaint) -> None:
    """Keeps a new complaint."""
    tx.connection.execute(insert(complaints), {**asdict(complaint), "tender": tender})


def end(tx: Transaction, complaint: Complaint) -> None:
    """Writes how it ended."""
    facts = {name: getattr(complaint, name) for name in ("outcome", "reasons", "reviewer", "ended_at")}
    tx.connection.execute(update(complaints).where(complaints.c.id == complaint.id).values(facts))


def of_tender(tx: Transaction, tender: str) -> list[Complaint]:
    """All complaints, oldest first."""
    ordered = select(complaints).where(complaints.c.tender == tender).order_by(complaints.c.lodged_at)
    return [
        Complaint(
            id=row.id,
            decision=row.decision,
            complainant=row.complainant,
            grounds=row.grounds,
            lodged_at=row.lodged_at,
            outcome=row.outcome,
            reasons=row.reasons,
            reviewer=row.reviewer,
            ended_at=row.ended_at,
        )
        for row in tx.connection.execute(ordered)
    ]
