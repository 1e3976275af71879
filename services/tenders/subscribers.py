"""What the bids service tells becomes commands here: announced bids, completed and abandoned openings."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal

from licita.bids.v1 import events_pb2 as pb
from licita.common.v1.money_pb2 import Money as MoneyMessage

from backbone.database import Transaction
from backbone.events import Received
from backbone.listener import Subscription
from backbone.money import Money
from services.tenders.commands import open as commands
from services.tenders.domain.offers import OfferedItem, OpenedBid, OpenedDocument

TOPICS = ("licita.bids.v1",)


def on_bid_opened(tx: Transaction, event: Received) -> None:
    """Keeps one announced envelope."""
    told: pb.BidOpened = event.parse(pb.BidOpened)
    commands.record_opened_bid(tx, told.tender, _opened(told))


def on_opening_completed(tx: Transaction, event: Received) -> None:
    """The tender goes on to its next stage."""
    told: pb.OpeningCompleted = event.parse(pb.OpeningCompleted)
    commands.complete_opening(tx, told.tender, told.envelope)


def on_opening_abandoned(tx: Transaction, event: Received) -> None:
    """A lot had too few bids."""
    told: pb.OpeningAbandoned = event.parse(pb.OpeningAbandoned)
    commands.abandon_opening(tx, told.tender, told.lot, told.grounds)


SUBSCRIPTIONS = (
    Subscription(pb.BidOpened, on_bid_opened),
    Subscription(pb.OpeningCompleted, on_opening_completed),
    Subscription(pb.OpeningAbandoned, on_opening_abandoned),
)


def _opened(told: pb.BidOpened) -> OpenedBid:
    return OpenedBid(
        bid=told.bid,
        lot=told.lot,
        bidder=told.bidder,
        envelope=told.envelope,
        version=told.version,
        received_at=told.received_at.ToDatetime(UTC),
        result=told.result,
        failure=told.failure,
        value=_money(told.value) if told.HasField("value") else None,
        items=tuple(_item(each) for each in told.items),
        documents=tuple(_document(each) for each in told.documents),
        notice_sha256=told.notice_sha256,
    )


def _money(told: MoneyMessage) -> Money | None:
    """An envelope without a price carries an empty amount."""
    return Money.parse(told.amount, told.currency) if told.amount else None


def _item(told: pb.OfferedItem) -> OfferedItem:
    return OfferedItem(told.id, Decimal(told.quantity), Money.parse(told.unit_value.amount, told.unit_value.currency))


def _document(told: pb.OpenedDocument) -> OpenedDocument:
    texts: Mapping[str, str] = {
        name: getattr(told, name) for name in ("name", "title", "document_type", "format", "sha256")
    }
    return OpenedDocument(**texts, size=int(told.size or 0))
