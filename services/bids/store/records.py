"""Records of what was received and refused, with what reveals each one."""

from licita_formats import canonical
from sqlalchemy import insert, select, update

from backbone.database import Transaction
from services.bids.domain.record import Record
from services.bids.store.tables import records


def add(tx: Transaction, record: Record) -> None:
    """Keeps a record."""
    tx.connection.execute(insert(records).values({**vars(record), "body": canonical.dumps(record.body).decode()}))


def of_bid(tx: Transaction, bid: str) -> list[Record]:
    """All records of a bid, oldest first."""
    return _list(tx, records.c.bid == bid)


def of_tender(tx: Transaction, tender: str) -> list[Record]:
    """All records of a tender, oldest first."""
    return _list(tx, records.c.tender == tender)


def mark_revealed(tx: Transaction, chosen: list[str]) -> list[str]:
    """Marks these receipts' records as revealed; returns the ids that were not before."""
    marked = (
        update(records)
        .where(records.c.receipt.in_(chosen), records.c.revealed_at.is_(None))
        .values(revealed_at=tx.now())
        .returning(records.c.receipt)
    )
    return list(tx.connection.execute(marked).scalars())


def _list(tx: Transaction, condition: object) -> list[Record]:
    columns = [column for column in records.c if column.name != "revealed_at"]
    rows = tx.connection.execute(select(*columns).where(condition).order_by(records.c.received_at, records.c.receipt))  # type: ignore[arg-type]
    return [Record(**{**row._mapping, "body": canonical.loads_object(row.body.encode())}) for row in rows]  # noqa: SLF001
