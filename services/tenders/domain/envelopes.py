"""Which envelope of a tender is for whom, and what evaluation needs of a lot."""

from collections.abc import Mapping
from decimal import Decimal

from services.tenders.domain.content import Lot
from services.tenders.domain.tender import Tender


def scored_envelope(tender: Tender) -> str:
    """The envelope that evaluators score: the first to be opened."""
    return tender.policy.envelopes[0]


def priced_envelope(tender: Tender) -> str:
    """The envelope with the price: the last to be opened."""
    return tender.policy.envelopes[-1]


def is_staged(tender: Tender) -> bool:
    """Whether prices stay sealed until the technical result is final."""
    return len(tender.policy.envelopes) > 1


def lot_of(tender: Tender, lot_id: str) -> Lot:
    """One lot of the notice.

    Raises:
        KeyError: the notice has no such lot.
    """
    return {each.id: each for each in tender.lots}[lot_id]


def quantities(lot: Lot) -> Mapping[str, Decimal]:
    """What the notice asks for, by item id."""
    return {item.id: item.quantity for item in lot.items}
