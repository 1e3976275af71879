"""Events of the evaluation."""

from collections.abc import Iterable, Sequence

from licita.tenders.v1 import events_pb2 as pb

from backbone.events import Event
from services.tenders.domain.evaluation import TechnicalResult
from services.tenders.domain.scoring import RankedBid
from services.tenders.events.shapes import money


def conflict_declared(tender: str, evaluator: str, *, has_conflict: bool) -> Event:
    """An evaluator said whether there is a conflict of interest; the statement itself stays in the file."""
    data = pb.ConflictDeclared(tender=tender, evaluator=evaluator, has_conflict=has_conflict)
    return Event(subject=tender, data=data, actor=evaluator)


def scores_signed(tender: str, evaluator: str, sha256: str) -> Event:
    """An evaluator's scores are locked."""
    data = pb.ScoresSigned(tender=tender, evaluator=evaluator, sha256=sha256)
    return Event(subject=tender, data=data, actor=evaluator)


def technical_evaluation_finalised(tender: str, results: Iterable[TechnicalResult], actor: str) -> Event:
    """All evaluators have signed: which bids passed."""
    told = [
        pb.TechnicalResult(lot=each.lot, bid=each.bid, passed=each.passed, score=format(each.score, "f"))
        for each in results
    ]
    return Event(subject=tender, data=pb.TechnicalEvaluationFinalised(tender=tender, results=told), actor=actor)


def report_issued(
    tender: str, sha256: str, ranking: Iterable[RankedBid], evaluators: Sequence[str], actor: str
) -> Event:
    """The evaluation report, with the ranking that it comes to."""
    data = pb.EvaluationReportIssued(
        tender=tender, sha256=sha256, ranking=[_ranked(each) for each in ranking], evaluators=evaluators
    )
    return Event(subject=tender, data=data, actor=actor)


def tender_unsuccessful(tender: str, lot: str, grounds: str, actor: str = "") -> Event:
    """A lot ends without a contract."""
    return Event(subject=tender, data=pb.TenderUnsuccessful(tender=tender, lot=lot, grounds=grounds), actor=actor)


def _ranked(bid: RankedBid) -> pb.RankedBid:
    return pb.RankedBid(
        lot=bid.lot,
        bid=bid.bid,
        bidder=bid.bidder,
        rank=bid.rank,
        technical_score=format(bid.technical, "f"),
        financial_score=format(bid.financial, "f"),
        total_score=format(bid.total, "f"),
        value=money(bid.value),
    )
