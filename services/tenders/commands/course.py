"""Moves a tender along its course."""

from dataclasses import replace

from backbone.database import Transaction
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.store.tenders import save_state


def move(tx: Transaction, tender: Tender, act: Act) -> Tender:
    """The tender in its new stage, stored. The stored state counts: what follows the deadline is others' act.

    Raises:
        Conflict: the act is not allowed in the present stage.
    """
    return save_state(tx, replace(tender, state=transition(tender, act)))
