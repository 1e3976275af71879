"""Complaints against an award."""

from collections.abc import Mapping

from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.award import current_decision
from services.tenders.commands.course import move
from services.tenders.commands.release_award import release_award
from services.tenders.domain import award as award_rules
from services.tenders.domain import complaint as rules
from services.tenders.domain import paper as kinds
from services.tenders.domain import standstill
from services.tenders.domain.complaint import UPHELD, Complaint
from services.tenders.domain.paper import Paper
from services.tenders.domain.tender import Act, Stage, Tender, transition
from services.tenders.events import award as events
from services.tenders.papers.contract import complaint_receipt
from services.tenders.papers.office import Office
from services.tenders.store import awards, openings, papers
from services.tenders.store import complaints as store
from services.tenders.store.tenders import load_tender


def lodge_complaint(
    tx: Transaction, principal: Principal, tender_id: str, office: Office, *, grounds: str
) -> tuple[Complaint, Paper]:
    """A bidder complains in standstill: the award is frozen. Returns the signed receipt too.

    Raises:
        Forbidden: the caller's organisation did not bid here.
        Conflict: no award is in standstill, or standstill is over.
    """
    tender = load_tender(tx, tender_id, lock=True)
    transition(tender, Act.LODGE_COMPLAINT)
    rules.check_complainant(principal.organisation, openings.bidders(tx, tender.id))
    decision, now = current_decision(tx, tender), tx.now()
    standstill.check_running(decision, now)
    complaint = Complaint(new_id(), decision.id, principal.organisation, grounds, now)
    store.add(tx, tender.id, complaint)
    receipt = office.issue(tender.id, kinds.COMPLAINT, complaint.id, complaint_receipt(tender, complaint, now), now)
    papers.add(tx, receipt)
    tx.emit(events.complaint_lodged(tender.id, complaint, principal.person))
    move(tx, tender, Act.LODGE_COMPLAINT)
    return complaint, receipt


def decide_complaint(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    complaint_id: str,
    *,
    outcome: str,
    reasons: str,
    names: Mapping[str, str],
    base: str,
) -> Complaint:
    """A reviewer's decision. Upheld: the award is cancelled and has to be decided anew. Dismissed: the award stands.

    Raises:
        NotFound: no such complaint here.
        Conflict: it has ended already.
        Invalid: another outcome, or no reasons.
    """
    tender = load_tender(tx, tender_id, lock=True)
    now = tx.now()
    decided = rules.decide(_find(tx, tender, complaint_id), outcome, reasons, principal.person, now)
    store.end(tx, decided)
    tx.emit(events.complaint_decided(tender.id, decided))
    if outcome == UPHELD:
        _cancel_award(tx, tender, decided, names, base)
    else:
        _resume_if_free(tx, tender)
    return decided


def withdraw_complaint(tx: Transaction, principal: Principal, tender_id: str, complaint_id: str) -> Complaint:
    """Its complainant takes it back; the record of it stays.

    Raises:
        NotFound: no such complaint here.
        Forbidden: somebody else's.
        Conflict: it has ended already.
    """
    tender = load_tender(tx, tender_id, lock=True)
    withdrawn = rules.withdraw(_find(tx, tender, complaint_id), principal.organisation, tx.now())
    store.end(tx, withdrawn)
    tx.emit(events.complaint_withdrawn(tender.id, withdrawn, principal.person))
    _resume_if_free(tx, tender)
    return withdrawn


def _find(tx: Transaction, tender: Tender, complaint_id: str) -> Complaint:
    for each in store.of_tender(tx, tender.id):
        if each.id == complaint_id:
            return each
    raise NotFound("complaint_unknown")


def _cancel_award(tx: Transaction, tender: Tender, upheld: Complaint, names: Mapping[str, str], base: str) -> None:
    """Where the award fell already, by another complaint or with the tender, there is nothing left to cancel."""
    decision = awards.current(tx, tender.id)
    if tender.state is not Stage.COMPLAINT or decision is None:
        return
    cancelled = award_rules.cancel(decision)
    awards.save(tx, cancelled)
    tx.emit(events.award_cancelled(tender.id, cancelled.awards, upheld.reasons, upheld.reviewer))
    release_award(tx, move(tx, tender, Act.UPHOLD_COMPLAINT), cancelled, names, base)


def _resume_if_free(tx: Transaction, tender: Tender) -> None:
    if tender.state is Stage.COMPLAINT and not rules.any_open(store.of_tender(tx, tender.id)):
        move(tx, tender, Act.RESUME_STANDSTILL)
