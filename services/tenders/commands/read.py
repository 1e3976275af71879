"""Reading that leaves a trace: a bidder's first reading of its letter is evidence of delivery."""

from dataclasses import replace

from backbone.database import Transaction
from backbone.principal import Principal
from services.tenders.domain.paper import Paper
from services.tenders.store import papers


def note_reading(tx: Transaction, principal: Principal, letter: Paper) -> Paper:
    """The letter as read: the instant is kept the first time that its addressee reads it, and for nobody else."""
    if letter.subject != principal.organisation or letter.read_at is not None:
        return letter
    now = tx.now()
    papers.mark_read(tx, letter.id, now)
    return replace(letter, read_at=now)
