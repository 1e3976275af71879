"""An award letter's statement, `licita.award-letter/v1`: one bidder's own results and reasons, and who won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backbone.clock import rfc3339
from services.tenders.domain.award import Award, Decision
from services.tenders.domain.content import Lot
from services.tenders.domain.evaluation import TechnicalResult
from services.tenders.domain.report import BidKey, Rejection
from services.tenders.domain.scoring import RankedBid, half_up, scored_by_people
from services.tenders.domain.tender import Tender
from services.tenders.papers.report import score_fields
from services.tenders.papers.shapes import header, plain

TYPE = "licita.award-letter/v1"


@dataclass(frozen=True)
class Facts:
    """What letters are made of; the same for all bidders of a tender."""

    tender: Tender
    decision: Decision
    results: Sequence[TechnicalResult]
    ranking: Sequence[RankedBid]
    rejections: Sequence[Rejection]
    reasons: Mapping[BidKey, str]
    names: Mapping[str, str]
    report_sha256: str

    def ranked(self, bid: str) -> RankedBid | None:
        """The bid's place, if it has one."""
        return next((each for each in self.ranking if each.bid == bid), None)

    def result(self, bid: str) -> TechnicalResult | None:
        """The bid's technical result."""
        return next((each for each in self.results if each.bid == bid), None)


def statement(facts: Facts, bidder: str) -> dict[str, Any]:
    """The body that is signed, for one bidder: only the lots in which they bid, only their own reasons."""
    own = [each for each in facts.results if each.bidder == bidder]
    lots = [lot for lot in facts.tender.lots if any(each.lot == lot.id for each in own)]
    return {
        "type": TYPE,
        **header(facts.tender),
        "bidder": {"id": bidder, "name": facts.names.get(bidder, bidder)},
        "decision": facts.decision.id,
        "decidedAt": rfc3339(facts.decision.decided_at),
        "standstillEnd": rfc3339(facts.decision.standstill_end),
        "reportSha256": facts.report_sha256,
        "lots": [_lot(facts, lot, [each for each in own if each.lot == lot.id]) for lot in lots],
    }


def _lot(facts: Facts, lot: Lot, own: Sequence[TechnicalResult]) -> dict[str, Any]:
    award = next(each for each in facts.decision.awards if each.lot == lot.id)
    return {
        "lot": lot.id,
        "title": lot.title,
        "unsuccessful": award.grounds,
        "winner": _winner(facts, award),
        "bids": [_bid(facts, award, each) for each in own],
    }


def _winner(facts: Facts, award: Award) -> dict[str, Any] | None:
    ranked = facts.ranked(award.bid)
    if ranked is None:
        return None
    return {"bidder": ranked.bidder, "name": facts.names.get(ranked.bidder, ranked.bidder), **score_fields(ranked)}


def _bid(facts: Facts, award: Award, own: TechnicalResult) -> dict[str, Any]:
    ranked = facts.ranked(own.bid)
    refused = next((each for each in facts.rejections if each.bid == own.bid), None)
    return {
        "bid": own.bid,
        "awarded": own.bid == award.bid,
        "rank": ranked.rank if ranked else 0,
        "technicalScore": plain(own.score),
        **(score_fields(ranked) if ranked else {}),
        "rejection": {"code": refused.code, "reason": refused.reason} if refused else None,
        "reason": facts.reasons[own.lot, own.bid].strip(),
        "criteria": _criteria(facts, own, facts.result(award.bid)),
    }


def _criteria(facts: Facts, own: TechnicalResult, winner: TechnicalResult | None) -> list[dict[str, str]]:
    return [
        {
            "id": each.id,
            "title": each.title,
            "maxScore": plain(each.max_score),
            "average": _average(own, each.id),
            "winner": _average(winner, each.id) if winner else "",
        }
        for each in scored_by_people(facts.tender.criteria)
    ]


def _average(result: TechnicalResult, criterion: str) -> str:
    mean = result.averages.get(criterion)
    return plain(half_up(mean)) if mean is not None else ""
