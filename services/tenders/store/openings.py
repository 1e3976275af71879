"""What openings announced."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from backbone.database import Transaction
from backbone.money import Money
from services.tenders.domain.offers import OfferedItem, OpenedBid, OpenedDocument
from services.tenders.store.award_tables import closed_lots, opened_bids


def add(tx: Transaction, tender: str, bid: OpenedBid) -> None:
    """Keeps one announced envelope; the first announcement stands."""
    row = {
        "tender": tender,
        "bid": bid.bid,
        "envelope": bid.envelope,
        "lot": bid.lot,
        "bidder": bid.bidder,
        "version": bid.version,
        "received_at": bid.received_at,
        "result": bid.result,
        "failure": bid.failure,
        **money_columns(bid.value),
        "items": [_item_json(each) for each in bid.items],
        "documents": [dict(each.__dict__) for each in bid.documents],
        "notice_sha256": bid.notice_sha256,
    }
    tx.connection.execute(insert(opened_bids).values(row).on_conflict_do_nothing())


def announced(tx: Transaction, tender: str, envelope: str) -> list[OpenedBid]:
    """The envelopes of one stage, by lot and receipt."""
    of_stage = select(opened_bids).where(opened_bids.c.tender == tender, opened_bids.c.envelope == envelope)
    ordered = of_stage.order_by(opened_bids.c.lot, opened_bids.c.received_at, opened_bids.c.bid)
    return [_opened(row) for row in tx.connection.execute(ordered)]


def bidders(tx: Transaction, tender: str) -> list[str]:
    """Organisations with an announced bid."""
    distinct = select(opened_bids.c.bidder).where(opened_bids.c.tender == tender).distinct()
    return sorted(tx.connection.scalars(distinct.order_by(opened_bids.c.bidder)))


def close_lot(tx: Transaction, tender: str, lot: str, grounds: str) -> None:
    """Notes that nothing of the lot will be opened."""
    row = {"tender": tender, "lot": lot, "grounds": grounds}
    tx.connection.execute(insert(closed_lots).values(row).on_conflict_do_nothing())


def lots_closed(tx: Transaction, tender: str) -> Mapping[str, str]:
    """Grounds by lot, of lots without a valid opening."""
    rows = tx.connection.execute(select(closed_lots).where(closed_lots.c.tender == tender))
    return {row.lot: row.grounds for row in rows}


def money_columns(value: Money | None) -> dict[str, Any]:
    """The columns `amount` and `currency`."""
    return {"amount": value.amount if value else None, "currency": value.currency if value else None}


def money_of(row: Row[Any]) -> Money | None:
    """The reverse of `money_columns`."""
    return Money(row.amount, row.currency) if row.amount is not None else None


def _item_json(item: OfferedItem) -> dict[str, Any]:
    return {"id": item.id, "quantity": format(item.quantity, "f"), "unit_value": item.unit_value.as_json()}


def _items(rows: Sequence[Mapping[str, Any]]) -> tuple[OfferedItem, ...]:
    return tuple(OfferedItem(row["id"], Decimal(row["quantity"]), Money.parse(**row["unit_value"])) for row in rows)


def _opened(row: Row[Any]) -> OpenedBid:
    return OpenedBid(
        bid=row.bid,
        lot=row.lot,
        bidder=row.bidder,
        envelope=row.envelope,
        version=row.version,
        received_at=row.received_at,
        result=row.result,
        failure=row.failure,
        value=money_of(row),
        items=_items(row.items),
        documents=tuple(OpenedDocument(**each) for each in row.documents),
        notice_sha256=row.notice_sha256,
    )
