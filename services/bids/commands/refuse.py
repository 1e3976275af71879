"""Refusing a bidder: in writing, and committed to in the log like everything else about bids.

The usual event of a refusal would name the bidder and the tender before the opening, so these acts use this instead.
"""

from backbone.database import Transaction
from backbone.errors import LicitaError
from services.bids.commands.record import Told, fresh_blind, keep_record, read_clock
from services.bids.house import House
from services.bids.store import bids, tenders


def record_refusal(
    tx: Transaction, house: House, error: LicitaError, *, bidder: str, tender: str = "", lot: str = "", bid: str = ""
) -> dict[str, str]:
    """Keeps the refusal; returns the signed statement and the blind of its commitment, for the bidder.

    Named by its bid, the tender and the lot are looked up. Nothing is kept of what was sent.

    Raises:
        NotFound: neither the tender nor a bid of this bidder is known; there is nothing to record then.
    """
    version = 0
    if bid:
        own = bids.find_own(tx, bid, bidder)
        tender, lot, version = own.tender, own.lot, own.version
    found = tenders.find(tx, tender)
    if lot not in found.lots:  # a stranger's text is not repeated under our signature
        lot = ""
    told = Told("refused", lot, bid, version, bidder, reason=error.code)
    record = keep_record(tx, house.signer, found, told, read_clock(tx), fresh_blind())
    return {"refusal": record.statement, "blind": record.blind}
