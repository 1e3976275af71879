"""Suppliers as their events tell of them: for deciding eligibility while the vendors service is away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from services.bids.domain.eligibility import Debarment
from services.bids.store.tables import debarments, vendors


def add(tx: Transaction, party: dict[str, Any]) -> None:
    """A supplier registered; `party` is the JSON mapping of the register entry."""
    row = {"id": party["id"], "status": "registered", "party": party}
    tx.connection.execute(pg_insert(vendors).values(row).on_conflict_do_nothing())


def set_status(tx: Transaction, vendor: str, status: str) -> None:
    """A supplier was verified, refused, suspended or reinstated."""
    tx.connection.execute(update(vendors).where(vendors.c.id == vendor).values(status=status))


def debar(tx: Transaction, debarment: str, vendor: str, starts_at: datetime, ends_at: datetime) -> None:
    """A supplier may not bid for a time."""
    row = {"id": debarment, "vendor": vendor, "starts_at": starts_at, "ends_at": ends_at}
    tx.connection.execute(pg_insert(debarments).values(row).on_conflict_do_nothing())


def lift(tx: Transaction, debarment: str) -> None:
    """A debarment ended before its time."""
    tx.connection.execute(update(debarments).where(debarments.c.id == debarment).values(lifted=True))


def standing(tx: Transaction, vendor: str) -> tuple[str | None, list[Debarment]]:
    """Status (None for a supplier never heard of) and the debarments that were not lifted."""
    status = tx.connection.execute(select(vendors.c.status).where(vendors.c.id == vendor)).scalar_one_or_none()
    rows = tx.connection.execute(
        select(debarments.c.starts_at, debarments.c.ends_at).where(
            debarments.c.vendor == vendor, debarments.c.lifted.is_(False)
        )
    )
    return status, [Debarment(row.starts_at, row.ends_at) for row in rows]


def parties(tx: Transaction, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Register entries by id, of those that are known here."""
    rows = tx.connection.execute(select(vendors.c.id, vendors.c.party).where(vendors.c.id.in_(ids)))
    return {row.id: row.party for row in rows}
