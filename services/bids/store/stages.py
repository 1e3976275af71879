"""What one stage of an opening covers: its bids and their sealed files."""

from collections.abc import Sequence

from backbone.database import Transaction
from backbone.errors import Conflict
from services.bids.domain.bid import Bid, SealedFile
from services.bids.domain.opening import openable
from services.bids.domain.tender import Tender, stage_index
from services.bids.store import bids


def stage_bids(tx: Transaction, tender: Tender, envelope: str) -> list[Bid]:
    """The bids that this stage opens.

    Raises:
        Conflict: a later stage for which no bid is left.
    """
    chosen = openable(tender, envelope, bids.of_tender(tx, tender.id))
    if not chosen and stage_index(tender, envelope) > 0:
        raise Conflict("nothing_to_open")
    return chosen


def stage_files(tx: Transaction, chosen: Sequence[Bid], envelope: str) -> dict[str, SealedFile]:
    """By bid, the sealed file of this stage."""
    files = bids.files_of(tx, chosen)
    return {bid: next(file for file in mine if file.envelope == envelope) for bid, mine in files.items()}
