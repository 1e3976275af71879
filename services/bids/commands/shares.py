"""Handing in shares: each member of the committee, all bids of a stage at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from licita_formats import canonical
from licita_formats.sealed_bid import ShareRefused, verify_share

from backbone.database import Transaction
from backbone.errors import Conflict, Invalid
from backbone.principal import Principal
from services.bids import events
from services.bids.domain.bid import SealedFile
from services.bids.domain.opening import (
    FINAL,
    Batch,
    OpeningState,
    Shares,
    check_batch,
    check_not_handed_in,
    may_combine,
    quorum_at,
    still_counting,
)
from services.bids.domain.tender import Tender, check_may_open
from services.bids.store import openings, tenders
from services.bids.store.stages import stage_bids, stage_files


@dataclass(frozen=True)
class HandedIn:
    """Where the opening stands after a batch."""

    state: OpeningState
    handed_in: int
    threshold: int


def hand_in_shares(
    tx: Transaction, principal: Principal, tender_id: str, envelope: str, given: Sequence[tuple[str, str | None]]
) -> HandedIn:
    """Takes a member's batch; with the quorum complete, the background worker combines.

    Locking the tender waits for bids that are being received in time, so that the stage's bids are all there.

    Raises:
        NotFound: no such tender or envelope.
        Forbidden: not a member, or too early.
        Conflict: cancelled, over, nothing to open, or this member's batch is in.
        Invalid: not exactly the bids of the stage, or a share that is not the one committed to.
    """
    tender = tenders.find(tx, tender_id, update_lock=True)
    tender.check_member(principal.person)
    now = tx.now()
    check_may_open(tender, envelope, now)
    _check_unfinished(openings.state(tx, tender_id, envelope, lock=True))
    chosen = stage_bids(tx, tender, envelope)
    counting = _counting(tx, tender, envelope)
    check_not_handed_in(counting, principal.person)
    check_batch([bid.id for bid in chosen], [bid for bid, _ in given])
    shares = dict(given)
    _verify(stage_files(tx, chosen, envelope), principal.person, shares)
    batch = Batch(principal.person, now, batch_digest(tender_id, envelope, principal.person, shares), shares)
    openings.add_batch(tx, tender_id, envelope, batch)
    tx.emit(events.shares_handed_in(tender_id, envelope, batch))
    counting = [*counting, batch]
    ready = may_combine(tender, [bid.id for bid in chosen], counting, now)
    state = OpeningState.COMBINING if ready else OpeningState.COLLECTING
    openings.set_state(tx, tender_id, envelope, state)
    return HandedIn(state, len(counting), tender.committee.k)


def batch_digest(tender: str, envelope: str, member: str, shares: Shares) -> str:
    """What the log keeps of a batch: the SHA-256 of its canonical JSON."""
    body = {"tender": tender, "envelope": envelope, "member": member, "shares": dict(shares)}
    return hashlib.sha256(canonical.dumps(body)).hexdigest()


def _check_unfinished(state: OpeningState) -> None:
    if state in FINAL or state is OpeningState.COMBINING:
        raise Conflict("opening_over", state=state)


def _counting(tx: Transaction, tender: Tender, envelope: str) -> list[Batch]:
    """The batches that count now. Before the quorum is complete, those older than the window lapse."""
    batches, now = openings.batches(tx, tender.id, envelope), tx.now()
    if quorum_at(tender, batches) is not None:
        return batches
    counting = still_counting(batches, tender.opening_window, now)
    lapsed = [batch.member for batch in batches if batch not in counting]
    if lapsed:
        openings.lapse(tx, tender.id, envelope, lapsed, now)
    return counting


def _verify(files: Mapping[str, SealedFile], member: str, shares: Shares) -> None:
    for bid, share in shares.items():
        if share is not None:
            try:
                verify_share(files[bid].sealed, member, share)
            except ShareRefused as error:
                raise Invalid("share_wrong", bid=bid, member=member) from error
