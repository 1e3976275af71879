"""Evidence: rows from and to the domain."""

from typing import Any

from sqlalchemy import Row, insert, select

from backbone.database import Transaction
from services.vendors.domain.evidence import Evidence
from services.vendors.store.tables import evidence

FIELDS = ("id", "vendor", "kind", "title", "file_name", "content_type", "size", "sha256", "valid_until", "added_at")


def add(tx: Transaction, paper: Evidence, by: str) -> None:
    """Writes a new paper, whose file is in the store already."""
    tx.connection.execute(insert(evidence), {name: getattr(paper, name) for name in FIELDS} | {"added_by": by})


def of_vendor(tx: Transaction, vendor_id: str) -> list[Evidence]:
    """A supplier's papers, oldest first."""
    query = select(evidence).where(evidence.c.vendor == vendor_id).order_by(evidence.c.added_at, evidence.c.id)
    return [_as_evidence(row) for row in tx.connection.execute(query)]


def load(tx: Transaction, vendor_id: str, evidence_id: str) -> Evidence | None:
    """One paper of one supplier."""
    query = select(evidence).where(evidence.c.id == evidence_id, evidence.c.vendor == vendor_id)
    row = tx.connection.execute(query).one_or_none()
    return _as_evidence(row) if row else None


def _as_evidence(row: Row[Any]) -> Evidence:
    return Evidence(**{name: getattr(row, name) for name in FIELDS})
