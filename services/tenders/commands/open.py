"""What the opening of bids means here: announced bids are kept, and the tender goes on."""

from backbone.database import Transaction
from services.tenders.commands.course import move
from services.tenders.domain.envelopes import is_staged, scored_envelope
from services.tenders.domain.offers import OpenedBid
from services.tenders.domain.tender import Act, Tender
from services.tenders.events.evaluation import tender_unsuccessful
from services.tenders.store import openings
from services.tenders.store.tenders import load_tender


def record_opened_bid(tx: Transaction, tender_id: str, bid: OpenedBid) -> None:
    """Keeps what was announced of one envelope. Only these bids can be evaluated (control 7.4)."""
    openings.add(tx, tender_id, bid)


def complete_opening(tx: Transaction, tender_id: str, envelope: str) -> None:
    """All bids of a stage are announced: technical evaluation begins, or the prices can be compared.

    Raises:
        Conflict: the tender is in no stage that waits for this opening.
    """
    tender = load_tender(tx, tender_id, lock=True)
    if _all_closed(tx, tender):
        return  # every lot was given up in the same opening: that ended the tender already
    move(tx, tender, _opening_act(tender, envelope))


def abandon_opening(tx: Transaction, tender_id: str, lot: str, grounds: str) -> None:
    """Too few bids: the lot is unsuccessful without anything opened; the tender too, if that was its last lot.

    Raises:
        Conflict: the tender does not wait for an opening.
    """
    tender = load_tender(tx, tender_id, lock=True)
    openings.close_lot(tx, tender.id, lot, grounds)
    tx.emit(tender_unsuccessful(tender.id, lot, grounds))
    if _all_closed(tx, tender):
        move(tx, tender, Act.ABANDON_OPENING)


def _opening_act(tender: Tender, envelope: str) -> Act:
    if not is_staged(tender):
        return Act.COMPLETE_OPENING
    first = envelope == scored_envelope(tender)
    return Act.COMPLETE_TECHNICAL_OPENING if first else Act.COMPLETE_FINANCIAL_OPENING


def _all_closed(tx: Transaction, tender: Tender) -> bool:
    closed = openings.lots_closed(tx, tender.id)
    return all(lot.id in closed for lot in tender.lots)
