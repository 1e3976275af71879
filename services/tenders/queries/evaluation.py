"""What may be known of an evaluation, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from backbone.database import Transaction
from backbone.errors import Forbidden, NotFound
from backbone.principal import Principal
from services.tenders.domain import paper as kinds
from services.tenders.domain.envelopes import scored_envelope
from services.tenders.domain.evaluation import Judgement, Panellist, TechnicalResult
from services.tenders.domain.offers import OpenedBid
from services.tenders.domain.paper import Paper
from services.tenders.domain.tender import Stage, Tender
from services.tenders.queries.access import is_staff
from services.tenders.store import evaluation as store
from services.tenders.store import openings, papers
from services.tenders.store.tenders import load_tender

OVERSIGHT = frozenset({"auditor", "reviewer"})
# From the award on, what was evaluated and why is everybody's to read.
DECIDED = frozenset({Stage.STANDSTILL, Stage.COMPLAINT, Stage.AWARDED, Stage.CONTRACTED})


@dataclass(frozen=True)
class Desk:
    """What the reader may see. `judgements` are the reader's own until the result is final, then everybody's."""

    tender: Tender
    bids: Sequence[OpenedBid]
    own: Panellist | None
    judgements: Sequence[Judgement]
    results: Sequence[TechnicalResult]


def evaluation_desk(tx: Transaction, principal: Principal, tender_id: str, on_duty: frozenset[str]) -> Desk:
    """The bids to be evaluated, and scores: one's own before the result, all after.

    Raises:
        Forbidden: the reader does not evaluate here and is neither of the buyer nor of oversight; or has declared a
            conflict of interest.
        NotFound: no such tender.
    """
    tender = load_tender(tx, tender_id)
    panel = {each.person: each for each in store.panel(tx, tender.id, on_duty)}
    own = panel.get(principal.person)
    if own is None and not may_look_on(tender, principal):
        raise Forbidden("duty_missing", duty="evaluator")
    if own is not None and own.has_conflict:
        raise Forbidden("evaluator_has_conflict")
    results = store.results(tx, tender.id)
    shown = store.judgements(tx, tender.id, None if results else principal.person)
    return Desk(tender, openings.announced(tx, tender.id, scored_envelope(tender)), own, shown, results)


def evaluation_report(tx: Transaction, principal: Principal, tender_id: str) -> Paper:
    """The evaluation report: for everybody after the award, for the buyer and oversight before.

    Raises:
        NotFound: none was issued, or not for this reader yet.
    """
    tender = load_tender(tx, tender_id)
    issued = papers.of_kind(tx, tender.id, kinds.REPORT)
    if not issued or not (_decided_once(tx, tender) or may_look_on(tender, principal)):
        raise NotFound("report_unknown")
    return issued[0]


def _decided_once(tx: Transaction, tender: Tender) -> bool:
    """After a cancelled award the letters are out, so that the report stays public."""
    return tender.state in DECIDED or bool(papers.of_kind(tx, tender.id, kinds.LETTER))


def may_look_on(tender: Tender, principal: Principal) -> bool:
    """Whether the reader is of the buyer or of oversight, with a second factor."""
    return is_staff(principal, tender) or (principal.has_second_factor and bool(OVERSIGHT & principal.roles))
