"""Corrigenda: rows from and to the domain."""

from typing import Any

from sqlalchemy import Row, func, insert, select, update

from backbone.database import Transaction
from backbone.errors import NotFound
from services.tenders.domain.content import content_json, content_of
from services.tenders.domain.corrigendum import Corrigendum, Proposal
from services.tenders.domain.notice import Change
from services.tenders.store.tables import corrigenda


def next_number(tx: Transaction, tender_id: str) -> int:
    """Counts the tender's corrigenda from 1; the tender's lock keeps two from getting the same."""
    query = select(func.coalesce(func.max(corrigenda.c.number), 0)).where(corrigenda.c.tender == tender_id)
    last: int = tx.connection.execute(query).scalar_one()
    return last + 1


def add(tx: Transaction, tender_id: str, each: Corrigendum) -> None:
    """Writes a proposed corrigendum."""
    proposal = each.proposal
    row = {
        "id": each.id,
        "tender": tender_id,
        "number": each.number,
        "base_version": each.base_version,
        "reason_code": each.reason_code,
        "rationale": each.rationale,
        "requested": {
            "content": content_json(proposal.content),
            "fields": sorted(proposal.fields),
            "documents": list(proposal.documents),
        },
        "changes": [vars(change) for change in each.changes],
        "proposer": each.proposer,
        "proposed_at": each.proposed_at,
        "approver": each.approver,
        "approved_at": each.approved_at,
    }
    tx.connection.execute(insert(corrigenda).values(row))


def load(tx: Transaction, tender_id: str, number: int) -> Corrigendum:
    """One corrigendum; the tender's lock guards it.

    Raises:
        NotFound: the tender has none with this number.
    """
    query = select(corrigenda).where(corrigenda.c.tender == tender_id, corrigenda.c.number == number)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("corrigendum_unknown", number=number)
    return _corrigendum(row)


def corrigenda_of(tx: Transaction, tender_id: str) -> list[Corrigendum]:
    """All of the tender, oldest first."""
    query = select(corrigenda).where(corrigenda.c.tender == tender_id).order_by(corrigenda.c.number)
    return [_corrigendum(row) for row in tx.connection.execute(query)]


def approve(tx: Transaction, each: Corrigendum) -> None:
    """Writes the approval and what it changes in the end."""
    values = {
        "approver": each.approver,
        "approved_at": each.approved_at,
        "changes": [vars(change) for change in each.changes],
    }
    tx.connection.execute(update(corrigenda).where(corrigenda.c.id == each.id).values(values))


def _corrigendum(row: Row[Any]) -> Corrigendum:
    asked = row.requested
    proposal = Proposal(content_of(asked["content"]), frozenset(asked["fields"]), tuple(asked["documents"]))
    return Corrigendum(
        id=row.id,
        number=row.number,
        base_version=row.base_version,
        reason_code=row.reason_code,
        rationale=row.rationale,
        proposal=proposal,
        changes=tuple(Change(**change) for change in row.changes),
        proposer=row.proposer,
        proposed_at=row.proposed_at,
        approver=row.approver,
        approved_at=row.approved_at,
    )
