"""What evaluators may do: declare, score, sign, issue the report."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from licita_formats import canonical

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden
from backbone.principal import Principal
from services.tenders.commands.course import move
from services.tenders.domain import evaluation as rules
from services.tenders.domain import paper as kinds
from services.tenders.domain.envelopes import is_staged, lot_of, priced_envelope, quantities, scored_envelope
from services.tenders.domain.evaluation import Judgement, Panellist, Score, TechnicalResult
from services.tenders.domain.offers import OpenedBid, PriceCheck, check_price
from services.tenders.domain.paper import Paper
from services.tenders.domain.report import BidKey, Outcome, conclude, find_gaps, with_reasons
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import evaluation as events
from services.tenders.papers import report as report_paper
from services.tenders.papers.office import Office
from services.tenders.store import evaluation as store
from services.tenders.store import openings, papers
from services.tenders.store.tenders import load_tender

HoldersOfDuty = frozenset[str]


def declare_conflict(
    tx: Transaction, principal: Principal, tender_id: str, on_duty: HoldersOfDuty, *, has_conflict: bool, statement: str
) -> None:
    """Records whether the evaluator has a conflict of interest. One who has is out, and has to be replaced.

    Raises:
        Forbidden: the caller does not evaluate this tender.
        Conflict: nothing to evaluate now, the result is final, or the same was declared before.
    """
    tender = _in_evaluation(tx, tender_id)
    own = _panellist(tx, tender, principal, on_duty)
    if not own.on_duty and own.has_conflict is None:
        raise Forbidden("duty_missing", duty="evaluator")
    rules.check_declaration(own, has_conflict=has_conflict)
    store.declare(tx, tender.id, own.person, has_conflict=has_conflict, statement=statement, at=tx.now())
    tx.emit(events.conflict_declared(tender.id, own.person, has_conflict=has_conflict))
    _finalise_if_complete(tx, tender, on_duty, own.person)


def write_scores(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    on_duty: HoldersOfDuty,
    *,
    lot: str,
    bid: str,
    scores: Sequence[Score],
) -> None:
    """Keeps the evaluator's own scores of one bid; they can be changed until signed.

    Raises:
        Forbidden: not an evaluator here, or one with a conflict of interest.
        Conflict: nothing declared yet, already signed, or the result is final.
        Invalid: a bid that was not announced, a criterion that was not published, a score out of range or unexplained.
    """
    tender = _in_evaluation(tx, tender_id)
    rules.check_may_score(_panellist(tx, tender, principal, on_duty))
    announced = {each.bid: each for each in openings.announced(tx, tender.id, scored_envelope(tender))}
    rules.check_scores(announced.get(bid), lot, scores, tender.criteria)
    now = tx.now()
    store.write_scores(tx, tender.id, [Judgement(principal.person, lot, bid, each, now) for each in scores])


def sign_scores(tx: Transaction, principal: Principal, tender_id: str, on_duty: HoldersOfDuty) -> str:
    """Locks the evaluator's scores; with the last signature the technical result is final. Returns their SHA-256.

    Raises:
        Forbidden: not an evaluator here, or one with a conflict of interest.
        Conflict: scores are missing (`missing` lists them), already signed, or the result is final.
    """
    tender = _in_evaluation(tx, tender_id)
    rules.check_may_score(_panellist(tx, tender, principal, on_duty))
    own = store.judgements(tx, tender.id, principal.person)
    missing = rules.missing_scores(openings.announced(tx, tender.id, scored_envelope(tender)), own, tender.criteria)
    if missing:
        raise Conflict("scores_missing", extra={"missing": missing}, count=len(missing))
    digest = scores_sha256(tender.id, principal.person, own)
    store.sign(tx, tender.id, principal.person, digest, tx.now())
    tx.emit(events.scores_signed(tender.id, principal.person, digest))
    _finalise_if_complete(tx, tender, on_duty, principal.person)
    return digest


def issue_report(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    office: Office,
    on_duty: HoldersOfDuty,
    names: Mapping[str, str],
    reasons: Mapping[BidKey, str],
) -> Paper:
    """Ranks the bids and issues the evaluation report. `reasons` are for the bids that are not ranked.

    Raises:
        Forbidden: the caller's scores are not part of the result.
        Conflict: not in evaluation, or the report would have gaps (`gaps` lists them).
    """
    tender = load_tender(tx, tender_id, lock=True)
    transition(tender, Act.ISSUE_REPORT)
    panel = store.panel(tx, tender.id, on_duty)
    if not any(each.person == principal.person and each.counts for each in panel):
        raise Forbidden("not_a_signing_evaluator")
    results, announced = store.results(tx, tender.id), _priced(tx, tender)
    outcome = _conclude(tender, results, announced, reasons)
    gaps = find_gaps(panel, technical_final=bool(results), financial_opened=True, rejections=outcome.rejections)
    if gaps:
        raise Conflict("report_incomplete", extra={"gaps": [gap.as_json() for gap in gaps]}, count=len(gaps))
    facts = report_paper.Facts(
        tender=tender,
        panel=panel,
        results=results,
        judgements=store.judgements(tx, tender.id),
        outcome=outcome,
        announced=announced,
        closed_lots=openings.lots_closed(tx, tender.id),
        names=names,
    )
    return _file_report(tx, office, facts, principal)


def scores_sha256(tender: str, evaluator: str, own: Iterable[Judgement]) -> str:
    """Hex SHA-256 of the canonical JSON of one evaluator's scores, in the order of lot, bid and criterion."""
    told = [
        {
            "lot": each.lot,
            "bid": each.bid,
            "criterion": each.score.criterion,
            "score": format(each.score.score, "f"),
            "reason": each.score.reason,
            "scoredAt": rfc3339(each.scored_at) if each.scored_at else "",
        }
        for each in own
    ]
    body = {"tender": tender, "evaluator": evaluator, "scores": told}
    return hashlib.sha256(canonical.dumps(body)).hexdigest()


def _in_evaluation(tx: Transaction, tender_id: str) -> Tender:
    tender = load_tender(tx, tender_id, lock=True)
    transition(tender, Act.FINALISE_TECHNICAL if is_staged(tender) else Act.ISSUE_REPORT)
    if store.results(tx, tender.id):
        raise Conflict("technical_result_final")
    return tender


def _panellist(tx: Transaction, tender: Tender, principal: Principal, on_duty: HoldersOfDuty) -> Panellist:
    known = {each.person: each for each in store.panel(tx, tender.id, on_duty)}
    return known.get(principal.person, Panellist(principal.person, on_duty=False))


def _finalise_if_complete(tx: Transaction, tender: Tender, on_duty: HoldersOfDuty, actor: str) -> None:
    panel = store.panel(tx, tender.id, on_duty)
    if not rules.panel_complete(panel):
        return
    bids = openings.announced(tx, tender.id, scored_envelope(tender))
    given = store.judgements(tx, tender.id)
    results = rules.technical_results(bids, given, panel, tender.criteria, tender.policy.passing_score)
    store.finalise(tx, tender.id, results, tx.now())
    tx.emit(events.technical_evaluation_finalised(tender.id, results, actor))
    if is_staged(tender):
        # Where nobody passed there is no price to open: the report can be written at once.
        passed = any(each.passed for each in results)
        move(tx, tender, Act.FINALISE_TECHNICAL if passed else Act.FINALISE_WITHOUT_PASSES)


def _priced(tx: Transaction, tender: Tender) -> dict[str, OpenedBid]:
    return {each.bid: each for each in openings.announced(tx, tender.id, priced_envelope(tender))}


def _conclude(
    tender: Tender,
    results: Sequence[TechnicalResult],
    announced: Mapping[str, OpenedBid],
    reasons: Mapping[BidKey, str],
) -> Outcome:
    prices: dict[str, PriceCheck] = {}
    for bid, offer in announced.items():
        lot = lot_of(tender, offer.lot)
        prices[bid] = check_price(offer, quantities(lot), lot.value.currency)
    outcome = conclude(results, announced, prices, tender.criteria)
    return Outcome(outcome.ranking, with_reasons(outcome.rejections, reasons), prices)


def _file_report(tx: Transaction, office: Office, facts: report_paper.Facts, principal: Principal) -> Paper:
    tender, now = facts.tender, tx.now()
    body = report_paper.statement(facts, principal.person, now)
    paper = office.file(tender.id, kinds.REPORT, tender.id, body, now)
    papers.add(tx, paper)
    store.write_ranking(tx, tender.id, facts.outcome.ranking, facts.outcome.rejections)
    evaluators = [each.person for each in facts.panel if each.counts]
    tx.emit(events.report_issued(tender.id, paper.sha256, facts.outcome.ranking, evaluators, principal.person))
    move(tx, tender, Act.ISSUE_REPORT)
    return paper
