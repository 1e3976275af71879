"""A bidder's own bids and receipts."""

from typing import Any

from backbone.database import Transaction
from backbone.principal import Principal
from services.bids.domain.record import Record
from services.bids.store import bids, records, tenders


def own_bids(tx: Transaction, principal: Principal, tender: str | None = None) -> list[dict[str, Any]]:
    """The caller's organisation's bids, oldest first, each saying whether it answers the notice in force."""
    mine = [bid for bid in bids.of_bidder(tx, principal.organisation) if tender in {None, bid.tender}]
    current = {each: tenders.find(tx, each).notice_version for each in {bid.tender for bid in mine}}
    return [
        {**vars(bid), "bid": bid.id, "answers_current_notice": bid.notice_version == current[bid.tender]}
        for bid in mine
    ]


def own_receipts(tx: Transaction, principal: Principal, bid: str) -> list[Record]:
    """All records of the caller's bid, oldest first.

    Raises:
        NotFound: no such bid of this bidder.
    """
    bids.find_own(tx, bid, principal.organisation)
    return records.of_bid(tx, bid)
