"""What the evaluation report has to contain before anybody may award (control 8.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.tenders.domain.content import Criterion
from services.tenders.domain.evaluation import LEAST_EVALUATORS, Panellist, TechnicalResult
from services.tenders.domain.offers import Finding, OpenedBid, PriceCheck
from services.tenders.domain.scoring import Candidate, RankedBid, rank_lot

BidKey = tuple[str, str]
BELOW_MINIMUM, BELOW_PASSING_SCORE = "below_minimum", "below_passing_score"
SCORED_OUT = frozenset({BELOW_MINIMUM, BELOW_PASSING_SCORE})


@dataclass(frozen=True)
class Gap:
    """Something the report lacks.

    Codes: too_few_evaluators, conflict_declaration_missing, signature_missing, technical_result_missing,
    financial_opening_missing, rejection_reason_missing.
    """

    code: str
    lot: str = ""
    bid: str = ""
    evaluator: str = ""

    def as_json(self) -> dict[str, str]:
        """Only the parts that say something."""
        return {name: value for name, value in self.__dict__.items() if value}


@dataclass(frozen=True)
class Rejection:
    """A bid that is not ranked. `stage`: technical or financial; `reason` is the evaluators' own sentence."""

    lot: str
    bid: str
    bidder: str
    stage: str
    code: str
    reason: str = ""

    @property
    def explained(self) -> bool:
        """Whether somebody said why. For too low a score the evaluators' signed reasons say it, score by score."""
        return bool(self.reason) or self.code in SCORED_OUT


@dataclass(frozen=True)
class Outcome:
    """Everything the report tells about the bids of a tender."""

    ranking: tuple[RankedBid, ...]
    rejections: tuple[Rejection, ...]
    prices: Mapping[str, PriceCheck]

    def ranked(self, lot: str) -> list[RankedBid]:
        """The lot's ranking, best first."""
        return sorted((each for each in self.ranking if each.lot == lot), key=lambda each: each.rank)


def conclude(
    results: Sequence[TechnicalResult],
    priced: Mapping[str, OpenedBid],
    prices: Mapping[str, PriceCheck],
    criteria: Sequence[Criterion],
) -> Outcome:
    """Ranks the bids that passed and have a price that counts, and names the others.

    `priced` and `prices` are the envelopes with the price and their checks, by bid id.
    """
    ranking: list[RankedBid] = []
    rejections = [_technical_rejection(each) for each in results if not each.passed]
    for lot in dict.fromkeys(each.lot for each in results):
        passed = [each for each in results if each.lot == lot and each.passed]
        ranking += rank_lot([_candidate(each, priced, prices) for each in passed if _valid(each, prices)], criteria)
        rejections += [_price_rejection(each, prices) for each in passed if not _valid(each, prices)]
    return Outcome(tuple(ranking), tuple(rejections), prices)


def _valid(result: TechnicalResult, prices: Mapping[str, PriceCheck]) -> bool:
    return result.bid in prices and prices[result.bid].value is not None


def _candidate(result: TechnicalResult, priced: Mapping[str, OpenedBid], prices: Mapping[str, PriceCheck]) -> Candidate:
    value = prices[result.bid].value
    assert value is not None, "only valid prices are ranked"
    received_at = priced[result.bid].received_at
    return Candidate(result.lot, result.bid, result.bidder, result.score, value, received_at)


def _technical_rejection(result: TechnicalResult) -> Rejection:
    code = result.excluded or (BELOW_MINIMUM if result.below else BELOW_PASSING_SCORE)
    return Rejection(result.lot, result.bid, result.bidder, "technical", code)


def _price_rejection(result: TechnicalResult, prices: Mapping[str, PriceCheck]) -> Rejection:
    check = prices.get(result.bid) or PriceCheck(None, (Finding("price_missing"),))
    return Rejection(result.lot, result.bid, result.bidder, "financial", check.findings[0].code)


def with_reasons(rejections: Iterable[Rejection], reasons: Mapping[BidKey, str]) -> tuple[Rejection, ...]:
    """The rejections with the evaluators' sentences."""
    return tuple(
        Rejection(**{**each.__dict__, "reason": reasons.get((each.lot, each.bid), "").strip()}) for each in rejections
    )


def find_gaps(
    panel: Sequence[Panellist], *, technical_final: bool, financial_opened: bool, rejections: Sequence[Rejection]
) -> list[Gap]:
    """Everything that keeps the report from being issued; empty when it is whole."""
    gaps = [Gap("too_few_evaluators")] if sum(each.counts for each in panel) < LEAST_EVALUATORS else []
    if not technical_final:
        gaps += _panel_gaps(panel)
        gaps.append(Gap("technical_result_missing"))
    if not financial_opened:
        gaps.append(Gap("financial_opening_missing"))
    gaps += [Gap("rejection_reason_missing", each.lot, each.bid) for each in rejections if not each.explained]
    return gaps


def _panel_gaps(panel: Sequence[Panellist]) -> list[Gap]:
    undeclared = [each.person for each in panel if each.on_duty and each.has_conflict is None]
    unsigned = [each.person for each in panel if each.awaited]
    return [
        *(Gap("conflict_declaration_missing", evaluator=person) for person in undeclared),
        *(Gap("signature_missing", evaluator=person) for person in unsigned),
    ]
