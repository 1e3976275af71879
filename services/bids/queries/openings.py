"""Openings: what their public page shows, what a member needs, what was opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, NotFound
from backbone.principal import Principal
from services.bids.domain.bid import Bid
from services.bids.domain.opening import FINAL, Batch, OpeningState, Result, delayed_since
from services.bids.domain.tender import Tender, check_may_open, opens_at, stage_index
from services.bids.store import bids, openings, tenders
from services.bids.store.stages import stage_bids, stage_files

OVERSIGHT = frozenset({"auditor", "reviewer"})


@dataclass(frozen=True)
class OpeningView:
    """What everybody may know of an opening. `results` stays empty until all are revealed at once."""

    tender: Tender
    envelope: str
    state: OpeningState
    opening_at: datetime | None
    delayed_since: datetime | None
    batches: list[Batch]
    opened_at: datetime | None
    acta_sha256: str | None
    results: list[tuple[Bid, Result]]


def opening(tx: Transaction, tender_id: str, envelope: str) -> OpeningView:
    """The opening as it stands.

    Raises:
        NotFound: no such tender or envelope.
    """
    tender = tenders.find(tx, tender_id)
    stage_index(tender, envelope)
    state = openings.state(tx, tender_id, envelope)
    opened_at, acta_sha256 = openings.opened_at(tx, tender_id, envelope)
    known = {bid.id: bid for bid in bids.of_tender(tx, tender_id)} if state in FINAL else {}
    results = openings.results_of(tx, tender_id, envelope)
    return OpeningView(
        tender=tender,
        envelope=envelope,
        state=state,
        opening_at=opens_at(tender, envelope),
        delayed_since=delayed_since(tender, envelope, state, tx.now()),
        batches=openings.batches(tx, tender_id, envelope),
        opened_at=opened_at,
        acta_sha256=acta_sha256,
        results=[(known[bid], result) for bid, result in results.items()],
    )


def shares_to_open(tx: Transaction, principal: Principal, tender_id: str, envelope: str) -> list[dict[str, Any]]:
    """For a member: the envelopes of all bids of the stage. Withdrawn, superseded and failed bids are never here.

    Raises:
        NotFound: no such tender or envelope.
        Forbidden: not a member of the committee, or too early.
        Conflict: cancelled, over, or nothing to open.
    """
    tender = tenders.find(tx, tender_id)
    tender.check_member(principal.person)
    check_may_open(tender, envelope, tx.now())
    state = openings.state(tx, tender_id, envelope)
    if state in FINAL:
        raise Conflict("opening_over", state=state)
    chosen = stage_bids(tx, tender, envelope)
    files = stage_files(tx, chosen, envelope)
    return [{"bid": bid.id, "lot": bid.lot, "envelope": files[bid.id].sealed} for bid in chosen]


def acta(tx: Transaction, tender_id: str, envelope: str) -> dict[str, Any]:
    """The acta's statement, digest, pages and annexes.

    Raises:
        NotFound: no such tender or envelope, or it was not opened yet.
    """
    stage_index(tenders.find(tx, tender_id), envelope)
    written = openings.acta(tx, tender_id, envelope)
    if written is None:
        raise NotFound("not_opened_yet")
    return {
        "acta": written.statement,
        "sha256": written.sha256,
        "pages": written.pages,
        "annexes": openings.annexes(tx, tender_id, envelope),
    }


def opened_document(
    tx: Transaction, principal: Principal, tender_id: str, envelope: str, bid: str, name: str
) -> dict[str, Any]:
    """The manifest's entry of an opened document, with its `key` in the store.

    Raises:
        NotFound: no such document was opened.
        Forbidden: neither of the tender's buyer nor of an oversight body.
    """
    tender = tenders.find(tx, tender_id)
    if principal.organisation != tender.buyer and not principal.roles & OVERSIGHT:
        raise Forbidden("not_of_the_buyer")
    result = openings.results_of(tx, tender_id, envelope).get(bid)
    for document in result.documents if result else ():
        if document["name"] == name:
            found: dict[str, Any] = document
            return found
    raise NotFound("document_unknown", name=name)
