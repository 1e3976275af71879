"""Withdrawing a bid: it stays sealed for ever."""

from dataclasses import replace

from backbone.database import Transaction
from backbone.principal import Principal
from services.bids.commands.record import Told, keep_record, read_clock
from services.bids.commands.submit import Received
from services.bids.domain.bid import Act, decide_withdraw
from services.bids.house import House
from services.bids.store import bids, tenders


def withdraw_bid(
    tx: Transaction, house: House, principal: Principal, bid_id: str, receipt: str, blind: str
) -> Received:
    """Withdraws the bidder's own bid, which must be named by the receipt of its last act; gives a receipt.

    Raises:
        NotFound: no such bid of this bidder.
        Conflict: not before the deadline, withdrawn already, or another receipt.
    """
    bid = bids.find_own(tx, bid_id, principal.organisation)
    tender = tenders.find(tx, bid.tender, share=True)
    bids.serialise(tx, bid.tender, bid.lot, bid.bidder)
    bid = bids.find_own(tx, bid_id, principal.organisation)
    instant = read_clock(tx)
    state = decide_withdraw(tender, bid, receipt, instant.at)
    told = Told(Act.WITHDRAW.value, bid.lot, bid.id, bid.version, bid.bidder)
    record = keep_record(tx, house.signer, tender, told, instant, blind)
    bids.withdraw(tx, bid.id, record.receipt)
    return Received(replace(bid, state=state, receipt=record.receipt), record)
