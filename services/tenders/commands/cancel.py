"""Cancellation: the procedure ends without an award, with grounds that everybody reads."""

from dataclasses import replace

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.draft import lock_own
from services.tenders.commands.releases import publish_release
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.ocds.tender import status
from services.tenders.store.releases import latest_of_notice
from services.tenders.store.tenders import save_state


def cancel_tender(tx: Transaction, principal: Principal, tender_id: str, grounds: str) -> Tender:
    """Cancels a published tender; sealed bids stay sealed for ever.

    Raises:
        Conflict: it is not published, or has ended already.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    cancelled = save_state(tx, replace(tender, state=transition(tender, Act.CANCEL, now)))
    tx.emit(events.tender_cancelled(cancelled, grounds, principal.person))
    release_id = new_id()
    entry = {
        "id": release_id,
        "date": rfc3339(now),
        "rationale": grounds,
        "amendsReleaseID": latest_of_notice(tx, tender.id),
        "releaseID": release_id,
    }
    block = status(cancelled) | {"amendments": [entry]}
    publish_release(tx, cancelled, ["tenderCancellation"], {"tender": block}, release_id=release_id)
    return cancelled
