"""The arithmetic of scores: what anybody with the published scores can do again with a pocket calculator.

With n evaluators, criteria c of weight w(c) and highest score m(c):

    average(c)  = sum of the n scores / n
    technical   = 100 * Σ w(c) * average(c) / m(c)  /  Σ w(c)            over the criteria that evaluators score
    financial   = 100 * lowest valid price of the lot / own price
    total       = (technical * Wt + financial * Wf) / 100                Wt, Wf: the sums of the two kinds of weights

Averages are exact; `technical`, `financial` and `total` are each rounded once, half up, to two places, `total` from the
rounded two. Ties: the lower price, then the earlier receipt, then the smaller bid id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from backbone.money import Money
from services.tenders.domain.content import FINANCIAL, Criterion

PLACES = 2


def is_priced(criterion: Criterion) -> bool:
    """Whether the formula scores it, instead of the evaluators."""
    return criterion.envelope == FINANCIAL


def scored_by_people(criteria: Iterable[Criterion]) -> list[Criterion]:
    """The criteria that evaluators score."""
    return [each for each in criteria if not is_priced(each)]


def weight_of(criteria: Iterable[Criterion]) -> Decimal:
    """The sum of their weights."""
    return sum((each.weight for each in criteria), Decimal(0))


def half_up(number: Fraction, places: int = PLACES) -> Decimal:
    """The non-negative number rounded half up, with exactly `places` decimals."""
    scaled = number * 10**places + Fraction(1, 2)
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-places)


def average(scores: Sequence[Decimal]) -> Fraction:
    """The exact mean.

    Raises:
        ValueError: there are no scores.
    """
    if not scores:
        raise ValueError("no scores")
    return sum((Fraction(score) for score in scores), Fraction(0)) / len(scores)


def technical_score(averages: Mapping[str, Fraction], criteria: Sequence[Criterion]) -> Decimal:
    """Of 100; 0 where the notice has no criterion that evaluators score, because its weight is 0 then."""
    weights = Fraction(weight_of(criteria))
    if not weights:
        return half_up(Fraction(0))
    points = sum(
        (Fraction(each.weight) * averages[each.id] / Fraction(each.max_score) for each in criteria), Fraction(0)
    )
    return half_up(100 * points / weights)


def financial_score(price: Money, lowest: Money) -> Decimal:
    """Of 100: the lowest valid price gets 100, twice the price gets 50."""
    return half_up(100 * Fraction(lowest.amount) / Fraction(price.amount))


def total_score(technical: Decimal, financial: Decimal, criteria: Iterable[Criterion]) -> Decimal:
    """Of 100, by the published weights."""
    known = list(criteria)
    money = weight_of(each for each in known if is_priced(each))
    people = weight_of(scored_by_people(known))
    return half_up((Fraction(technical) * Fraction(people) + Fraction(financial) * Fraction(money)) / 100)


@dataclass(frozen=True)
class Candidate:
    """A bid that reached the ranking."""

    lot: str
    bid: str
    bidder: str
    technical: Decimal
    value: Money
    received_at: datetime


@dataclass(frozen=True)
class RankedBid:
    """A bid's place in its lot, 1 being the best."""

    lot: str
    bid: str
    bidder: str
    rank: int
    technical: Decimal
    financial: Decimal
    total: Decimal
    value: Money
    received_at: datetime


def rank_lot(candidates: Sequence[Candidate], criteria: Sequence[Criterion]) -> list[RankedBid]:
    """The lot's ranking, best first; no two bids share a rank."""
    if not candidates:
        return []
    lowest = min((each.value for each in candidates), key=lambda money: money.amount)
    scored = [_scored(each, lowest, criteria) for each in candidates]
    scored.sort(key=lambda each: (-each.total, each.value.amount, each.received_at, each.bid))
    return [_placed(each, rank) for rank, each in enumerate(scored, start=1)]


def _scored(candidate: Candidate, lowest: Money, criteria: Sequence[Criterion]) -> RankedBid:
    financial = financial_score(candidate.value, lowest)
    return RankedBid(
        lot=candidate.lot,
        bid=candidate.bid,
        bidder=candidate.bidder,
        rank=0,
        technical=candidate.technical,
        financial=financial,
        total=total_score(candidate.technical, financial, criteria),
        value=candidate.value,
        received_at=candidate.received_at,
    )


def _placed(ranked: RankedBid, rank: int) -> RankedBid:
    return RankedBid(**{**ranked.__dict__, "rank": rank})
