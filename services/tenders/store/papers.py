"""Signed papers, as they were issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from backbone.database import Transaction
from services.tenders.domain.paper import Paper
from services.tenders.store.award_tables import papers


def add(tx: Transaction, paper: Paper) -> None:
    """Keeps a paper."""
    tx.connection.execute(insert(papers), dict(paper.__dict__))


def of_kind(tx: Transaction, tender: str, kind: str, subject: str | None = None) -> list[Paper]:
    """Papers of one kind, about one subject if said, newest first."""
    query = select(papers).where(papers.c.tender == tender, papers.c.kind == kind)
    if subject is not None:
        query = query.where(papers.c.subject == subject)
    ordered = query.order_by(papers.c.issued_at.desc(), papers.c.subject)
    return [_paper(row) for row in tx.connection.execute(ordered)]


def mark_read(tx: Transaction, paper_id: str, at: datetime) -> None:
    """Notes the first time that the addressee read it."""
    unread = update(papers).where(papers.c.id == paper_id, papers.c.read_at.is_(None))
    tx.connection.execute(unread.values(read_at=at))


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        id=row.id,
        tender=row.tender,
        kind=row.kind,
        subject=row.subject,
        sha256=row.sha256,
        statement=row.statement,
        issued_at=row.issued_at,
        object_key=row.object_key,
        read_at=row.read_at,
    )
