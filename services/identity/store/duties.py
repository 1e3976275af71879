"""Duties by tender, and which buyer a tender is of."""

from typing import Any

from sqlalchemy import Row, Select, delete, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from services.identity.domain.organisation import Duty
from services.identity.store.tables import duties, tenders


def lock(tx: Transaction, tender_id: str) -> None:
    """Waits until no other transaction changes this tender's duties."""
    tx.connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:tender, 0))"), {"tender": tender_id})


def buyer_of(tx: Transaction, tender_id: str) -> tuple[str, bool] | None:
    """The buyer's organisation, and whether an event told it."""
    row = tx.connection.execute(select(tenders).where(tenders.c.id == tender_id)).one_or_none()
    return (row.buyer, row.told) if row else None


def keep_tender(tx: Transaction, tender_id: str, buyer: str, *, told: bool) -> None:
    """Notes whose tender it is."""
    values = {"buyer": buyer, "told": told}
    upsert = pg_insert(tenders).values(id=tender_id, **values)
    tx.connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=values))


def add(tx: Transaction, duty: Duty) -> bool:
    """Writes a duty; false if the person has it already."""
    row = {
        "tender": duty.tender,
        "person": duty.person,
        "duty": duty.duty,
        "assigned_at": duty.assigned_at,
        "assigned_by": duty.assigned_by,
    }
    return bool(tx.connection.execute(pg_insert(duties).values(row).on_conflict_do_nothing()).rowcount)


def remove(tx: Transaction, duty: Duty) -> None:
    """Ends a duty; the journal of events remembers it."""
    one = (duties.c.tender == duty.tender, duties.c.person == duty.person, duties.c.duty == duty.duty)
    tx.connection.execute(delete(duties).where(*one))


def of_tender(tx: Transaction, tender_id: str, person_id: str | None = None) -> list[Duty]:
    """A tender's duties, everybody's or one person's, in the order of their assignment."""
    query = select(duties).where(duties.c.tender == tender_id)
    return _all(tx, query if person_id is None else query.where(duties.c.person == person_id))


def assigned_in(tx: Transaction, buyer: str, person_id: str) -> list[Duty]:
    """The duties to which a person was appointed in a buyer's tenders; not what they did themselves."""
    appointed = select(duties).join(tenders, tenders.c.id == duties.c.tender)
    mine = (tenders.c.buyer == buyer, duties.c.person == person_id, duties.c.assigned_by != "")
    return _all(tx, appointed.where(*mine))


def _all(tx: Transaction, query: Select[Any]) -> list[Duty]:
    ordered = query.order_by(duties.c.assigned_at, duties.c.person, duties.c.duty)
    return [_duty(row) for row in tx.connection.execute(ordered)]


def _duty(row: Row[Any]) -> Duty:
    return Duty(row.tender, row.person, row.duty, row.assigned_at, row.assigned_by)
