"""What bids tells the world.

Before an opening there is one event only, `RecordCommitted`, and it is the same for every kind of record: no subject,
no actor, a random key. Whose bid, for which tender, or whether there is any, cannot be read from it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from licita.bids.v1.events_pb2 import (
    BidOpened,
    OfferedItem,
    OpenedDocument,
    OpeningAbandoned,
    OpeningCompleted,
    RecordCommitted,
    RecordRevealed,
    SharesHandedIn,
)
from licita.common.v1.money_pb2 import Money
from licita_formats import canonical

from backbone.events import Event
from backbone.ids import new_id
from services.bids.domain.acta import Facts
from services.bids.domain.bid import Bid
from services.bids.domain.opening import Batch
from services.bids.domain.record import Record


def record_committed(record: Record) -> Event:
    """Something about some bid was recorded."""
    return Event(subject="", data=RecordCommitted(commitment=record.commitment), key=new_id())


def shares_handed_in(tender: str, envelope: str, batch: Batch) -> Event:
    """A member of the committee has handed in their shares."""
    data = SharesHandedIn(tender=tender, envelope=envelope, member=batch.member, batch_sha256=batch.sha256)
    return Event(subject=tender, data=data, actor=batch.member)


def record_revealed(record: Record) -> Event:
    """What a commitment of before stood for."""
    data = RecordRevealed(
        tender=record.tender,
        commitment=record.commitment,
        record_json=canonical.dumps(record.body).decode(),
        blind=record.blind,
    )
    return Event(subject=record.tender, data=data)


def bid_opened(facts: Facts, bid: Bid) -> Event:
    """One bid as it was announced."""
    result, file = facts.results[bid.id], facts.files[bid.id]
    offer = result.offer or {"items": []}
    data = BidOpened(
        tender=bid.tender,
        envelope=facts.envelope,
        lot=bid.lot,
        bid=bid.id,
        bidder=bid.bidder,
        version=bid.version,
        received_at=_timestamp(bid.received_at),
        result=result.result,
        failure=result.failure,
        ciphertext_sha256=file.sha256,
        identity=result.identity,
        value=_money(offer["value"]) if result.offer else None,
        items=[
            OfferedItem(id=item["id"], quantity=item["quantity"], unit_value=_money(item["unitValue"]))
            for item in offer["items"]
        ],
        documents=[
            OpenedDocument(
                name=document["name"],
                title=document["title"],
                document_type=document["documentType"],
                format=document["format"],
                sha256=document["sha256"],
                size=str(document["size"]),
            )
            for document in result.documents
        ],
        notice_sha256=file.sealed["context"]["notice_sha256"],
    )
    return Event(subject=bid.tender, data=data)


def opening_completed(facts: Facts, opened: Sequence[Bid], acta_sha256: str) -> Event:
    """All bids of the stage were revealed."""
    data = OpeningCompleted(
        tender=facts.tender.id,
        envelope=facts.envelope,
        bids=[bid.id for bid in opened],
        members=[batch.member for batch in facts.batches],
        acta_sha256=acta_sha256,
        opened_at=_timestamp(facts.opened_at),
    )
    return Event(subject=facts.tender.id, data=data)


def openings_abandoned(tender: str, lots: Iterable[str]) -> list[Event]:
    """These lots had too few bids; nothing of them was or will be opened."""
    return [
        Event(subject=tender, data=OpeningAbandoned(tender=tender, lot=lot, grounds="too_few_bids")) for lot in lots
    ]


def _money(value: dict[str, str]) -> Money:
    return Money(amount=value["amount"], currency=value["currency"])


def _timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
