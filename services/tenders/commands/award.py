"""The award decision, its letters, and what happens to it when standstill is over."""

from collections.abc import Iterable, Mapping, Sequence

from backbone.database import Transaction
from backbone.errors import Conflict
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.course import move
from services.tenders.commands.release_award import release_award
from services.tenders.domain import award as rules
from services.tenders.domain import paper as kinds
from services.tenders.domain.award import UNSUCCESSFUL, Decision, Eligibility, Proposal
from services.tenders.domain.complaint import any_open
from services.tenders.domain.envelopes import priced_envelope
from services.tenders.domain.paper import Paper
from services.tenders.domain.report import BidKey, find_gaps
from services.tenders.domain.standstill import standstill_end
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import award as events
from services.tenders.events.evaluation import tender_unsuccessful
from services.tenders.papers import letter
from services.tenders.papers.office import Office
from services.tenders.queries.access import must_be_buyer
from services.tenders.store import awards as store
from services.tenders.store import complaints, evaluation, openings, papers
from services.tenders.store.tenders import load_tender


def decide_award(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    office: Office,
    *,
    awarders: frozenset[str],
    evaluators: frozenset[str],
    eligibility: Mapping[str, Eligibility],
    names: Mapping[str, str],
    proposals: Sequence[Proposal],
    reasons: Mapping[BidKey, str],
) -> Decision:
    """Decides all lots at once and notifies every bidder, in one transaction; standstill begins.

    Raises:
        Forbidden: the caller is not of the buyer, lacks the duty or took part in the evaluation.
        Conflict: no report (`gaps` lists what it lacks), a complaint is open, reasons are missing (`missing` lists
            them), a winner is not the best-ranked or not eligible.
        Invalid: lots or bids that the notice or the opening do not have.
    """
    tender = load_tender(tx, tender_id, lock=True)
    report = _report(tx, tender, evaluators)
    transition(tender, Act.DECIDE_AWARD)
    must_be_buyer(principal, tender)
    panel = evaluation.panel(tx, tender.id, evaluators)
    rules.check_awarder(
        principal.person, on_duty=principal.person in awarders, evaluators=[each.person for each in panel]
    )
    if any_open(complaints.of_tender(tx, tender.id)):
        raise Conflict("complaint_open")
    results = evaluation.results(tx, tender.id)
    rules.check_reasons([(each.lot, each.bid) for each in results], reasons)
    ranking = evaluation.ranking(tx, tender.id)
    lots = [lot.id for lot in tender.lots]
    ids = [new_id() for _ in lots]
    decided = rules.decide(proposals, lots, openings.lots_closed(tx, tender.id), ranking, eligibility, ids)
    now = tx.now()
    end = standstill_end(now, tender.policy.standstill, tender.zone, tender.policy.is_working_day)
    decision = Decision(new_id(), principal.person, now, end, decided)
    store.add(tx, tender.id, decision, reasons)
    store.note_checks(tx, tender.id, decision.id, "award", eligibility.values())
    tx.emit(events.award_decided(tender.id, decision))
    rejected = evaluation.rejected(tx, tender.id)
    facts = letter.Facts(tender, decision, results, ranking, rejected, reasons, names, report.sha256)
    _send_letters(tx, office, facts, {each.bidder for each in results}, principal.person)
    release_award(tx, move(tx, tender, Act.DECIDE_AWARD), decision, names, office.base)
    return decision


def confirm_award(tx: Transaction, tender_id: str, names: Mapping[str, str], base: str) -> None:
    """After standstill: pending awards become active; if no lot found a winner, the tender ends unsuccessful.

    Raises:
        Conflict: standstill runs, a complaint is open, or there is nothing to confirm.
    """
    tender = load_tender(tx, tender_id, lock=True)
    decision = current_decision(tx, tender)
    transition(tender, Act.CONFIRM_AWARD)
    confirmed = rules.confirm(decision, tx.now(), complaint_open=any_open(complaints.of_tender(tx, tender.id)))
    store.save(tx, confirmed)
    tx.emit(events.award_confirmed(tender.id, confirmed.awards))
    closed = openings.lots_closed(tx, tender.id)
    for award in confirmed.awards:
        if award.status == UNSUCCESSFUL and award.lot not in closed:  # of closed lots it was told at the opening
            tx.emit(tender_unsuccessful(tender.id, award.lot, award.grounds))
    moved = move(tx, tender, Act.DECLARE_UNSUCCESSFUL if confirmed.all_unsuccessful else Act.CONFIRM_AWARD)
    release_award(tx, moved, confirmed, names, base)


def current_decision(tx: Transaction, tender: Tender) -> Decision:
    """The decision in force.

    Raises:
        Conflict: there is none.
    """
    decision = store.current(tx, tender.id)
    if decision is None:
        raise Conflict("award_missing")
    return decision


def _report(tx: Transaction, tender: Tender, on_duty: Iterable[str]) -> Paper:
    issued = papers.of_kind(tx, tender.id, kinds.REPORT)
    if issued:
        return issued[0]
    gaps = find_gaps(
        evaluation.panel(tx, tender.id, on_duty),
        technical_final=bool(evaluation.results(tx, tender.id)),
        financial_opened=bool(openings.announced(tx, tender.id, priced_envelope(tender))),
        rejections=[],
    )
    raise Conflict("report_missing", extra={"gaps": [gap.as_json() for gap in gaps]}, count=len(gaps))


def _send_letters(tx: Transaction, office: Office, facts: letter.Facts, bidders: Iterable[str], actor: str) -> None:
    for bidder in sorted(bidders):
        body = letter.statement(facts, bidder)
        paper = office.issue(facts.tender.id, kinds.LETTER, bidder, body, facts.decision.decided_at)
        papers.add(tx, paper)
        tx.emit(events.bidder_notified(facts.tender.id, bidder, paper.sha256, actor))
