"""The evaluation report's statement, `licita.evaluation-report/v1`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backbone.clock import rfc3339
from services.tenders.domain.content import Criterion, Lot
from services.tenders.domain.evaluation import Judgement, Panellist, TechnicalResult
from services.tenders.domain.offers import OpenedBid
from services.tenders.domain.report import Outcome
from services.tenders.domain.scoring import RankedBid
from services.tenders.domain.tender import Tender
from services.tenders.papers.shapes import header, plain

TYPE = "licita.evaluation-report/v1"


@dataclass(frozen=True)
class Facts:
    """What a report is made of. `announced` are the priced envelopes by bid; `names` of persons and bidders by id."""

    tender: Tender
    panel: Sequence[Panellist]
    results: Sequence[TechnicalResult]
    judgements: Sequence[Judgement]
    outcome: Outcome
    announced: Mapping[str, OpenedBid]
    closed_lots: Mapping[str, str]
    names: Mapping[str, str]


def statement(facts: Facts, issued_by: str, issued_at: datetime) -> dict[str, Any]:
    """The body that is signed. Decimals are strings; scores of persons whose scores do not count are left out."""
    return {
        "type": TYPE,
        **header(facts.tender),
        "issuedAt": rfc3339(issued_at),
        "issuedBy": issued_by,
        "passingScore": plain(facts.tender.policy.passing_score),
        "criteria": [criterion(each) for each in facts.tender.criteria],
        "evaluators": [_evaluator(each, facts.names) for each in facts.panel if each.declared_at],
        "lots": [_lot(each, facts) for each in facts.tender.lots],
    }


def criterion(published: Criterion) -> dict[str, str]:
    """A criterion as published."""
    return {
        "id": published.id,
        "title": published.title,
        "envelope": published.envelope,
        "weight": plain(published.weight),
        "maxScore": plain(published.max_score),
        "minimumScore": plain(published.minimum_score) if published.minimum_score is not None else "",
    }


def _evaluator(panellist: Panellist, names: Mapping[str, str]) -> dict[str, Any]:
    assert panellist.declared_at is not None, "only those who declared are named"
    return {
        "person": panellist.person,
        "name": names.get(panellist.person, panellist.person),
        "hasConflict": bool(panellist.has_conflict),
        "statement": panellist.statement,
        "declaredAt": rfc3339(panellist.declared_at),
        "signedAt": rfc3339(panellist.signed_at) if panellist.signed_at else "",
        "scoresSha256": panellist.scores_sha256,
    }


def _lot(lot: Lot, facts: Facts) -> dict[str, Any]:
    technical = {each.bid: each for each in facts.results}
    return {
        "lot": lot.id,
        "title": lot.title,
        "closed": facts.closed_lots.get(lot.id, ""),
        "ranking": [_ranked(each, facts) for each in facts.outcome.ranked(lot.id)],
        "rejections": [
            {
                "bid": each.bid,
                "bidder": each.bidder,
                "bidderName": facts.names.get(each.bidder, each.bidder),
                "stage": each.stage,
                "code": each.code,
                "reason": each.reason,
                "technicalScore": plain(technical[each.bid].score),
            }
            for each in facts.outcome.rejections
            if each.lot == lot.id
        ],
        "scores": list(_scores(lot.id, facts)),
    }


def _ranked(bid: RankedBid, facts: Facts) -> dict[str, Any]:
    announced = facts.announced[bid.bid].value
    assert announced is not None, "a ranked bid announced a price"
    return {
        "rank": bid.rank,
        "bid": bid.bid,
        "bidder": bid.bidder,
        "bidderName": facts.names.get(bid.bidder, bid.bidder),
        "receivedAt": rfc3339(bid.received_at),
        **score_fields(bid),
        "announced": announced.as_json(),
        "findings": [dict(each.__dict__) for each in facts.outcome.prices[bid.bid].findings],
    }


def score_fields(bid: RankedBid) -> dict[str, Any]:
    """A ranked bid's scores and the price that counts."""
    return {
        "technicalScore": plain(bid.technical),
        "financialScore": plain(bid.financial),
        "totalScore": plain(bid.total),
        "value": bid.value.as_json(),
    }


def _scores(lot: str, facts: Facts) -> Iterable[dict[str, str]]:
    counting = {each.person for each in facts.panel if each.counts}
    titles = {each.id: each.title for each in facts.tender.criteria}
    bidders = {each.bid: each.bidder for each in facts.results}
    for each in facts.judgements:
        if each.lot == lot and each.evaluator in counting:
            yield {
                "bid": each.bid,
                "bidderName": facts.names.get(bidders[each.bid], bidders[each.bid]),
                "criterion": each.score.criterion,
                "criterionTitle": titles[each.score.criterion],
                "evaluator": each.evaluator,
                "evaluatorName": facts.names.get(each.evaluator, each.evaluator),
                "score": plain(each.score.score),
                "reason": each.score.reason,
            }
