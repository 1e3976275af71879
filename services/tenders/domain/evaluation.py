"""The evaluators' part: who may score, what a score is, when the technical result is final.

An evaluator first declares whether there is a conflict of interest, then scores every announced bid on every published
criterion that is not a price, then signs; the signature locks the scores. Nobody sees another's scores before all have
signed. When all who hold the duty have signed, and they are at least two, the result is final and cannot change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from backbone.errors import Conflict, Forbidden, Invalid
from services.tenders.domain.content import Criterion
from services.tenders.domain.offers import OpenedBid
from services.tenders.domain.scoring import average, scored_by_people, technical_score

LEAST_EVALUATORS = 2
SCORE_PLACES = 2


@dataclass(frozen=True)
class Panellist:
    """One evaluator in one tender. `on_duty`: identity says so now; `has_conflict` is None until declared."""

    person: str
    on_duty: bool = True
    has_conflict: bool | None = None
    statement: str = ""
    declared_at: datetime | None = None
    signed_at: datetime | None = None
    scores_sha256: str = ""

    @property
    def counts(self) -> bool:
        """Whether this person's scores are part of the result. A signature stays when the duty ends later."""
        return self.signed_at is not None and self.has_conflict is False

    @property
    def awaited(self) -> bool:
        """Whether the result waits for this person."""
        return self.on_duty and self.signed_at is None and self.has_conflict is not True


@dataclass(frozen=True)
class Score:
    """One evaluator's judgement of one bid on one criterion."""

    criterion: str
    score: Decimal
    reason: str


@dataclass(frozen=True)
class Judgement:
    """A score with its author and the bid that it is about."""

    evaluator: str
    lot: str
    bid: str
    score: Score
    scored_at: datetime | None = None


@dataclass(frozen=True)
class TechnicalResult:
    """What the evaluators' scores make of one bid. `averages` are exact; `below` names the criteria it failed.

    `excluded` is the failure announced at the opening for a bid that could not be evaluated at all, else empty.
    """

    lot: str
    bid: str
    bidder: str
    passed: bool
    score: Decimal
    averages: Mapping[str, Fraction] = field(default_factory=dict)
    below: tuple[str, ...] = ()
    excluded: str = ""


def check_declaration(panellist: Panellist, *, has_conflict: bool) -> None:
    """A conflict may be declared at any time before the result; a declared conflict is never taken back.

    Raises:
        Conflict: this evaluator already declared the same, or declared a conflict before.
    """
    if panellist.has_conflict or panellist.has_conflict is has_conflict:
        raise Conflict("conflict_already_declared")


def check_may_score(panellist: Panellist) -> None:
    """Lets an evaluator read bids and write scores.

    Raises:
        Forbidden: there is a declared conflict of interest, or the duty has ended.
        Conflict: nothing was declared yet, or the scores are signed.
    """
    if panellist.has_conflict:
        raise Forbidden("evaluator_has_conflict")
    if not panellist.on_duty:
        raise Forbidden("duty_missing", duty="evaluator")
    if panellist.has_conflict is None:
        raise Conflict("conflict_declaration_missing")
    if panellist.signed_at is not None:
        raise Conflict("scores_already_signed")


def check_scores(bid: OpenedBid | None, lot: str, scores: Sequence[Score], criteria: Sequence[Criterion]) -> None:
    """Only announced bids, only published criteria, each once, within its range, with a reason.

    Raises:
        Invalid: any of these does not hold.
    """
    if bid is None or bid.lot != lot:
        raise Invalid("bid_not_announced")
    if not bid.intact:
        raise Invalid("bid_not_evaluable", failure=bid.failure or bid.result)
    published = {each.id: each for each in scored_by_people(criteria)}
    seen: set[str] = set()
    for each in scores:
        criterion = published.get(each.criterion)
        if criterion is None:
            raise Invalid("criterion_not_published", criterion=each.criterion)
        if each.criterion in seen:
            raise Invalid("criterion_repeated", criterion=each.criterion)
        seen.add(each.criterion)
        _check_score(each, criterion)


def _check_score(score: Score, criterion: Criterion) -> None:
    if not score.score.is_finite() or not 0 <= score.score <= criterion.max_score:
        raise Invalid("score_out_of_range", criterion=criterion.id, highest=format(criterion.max_score, "f"))
    if score.score != round(score.score, SCORE_PLACES):
        raise Invalid("score_too_precise", criterion=criterion.id, places=SCORE_PLACES)
    if not score.reason.strip():
        raise Invalid("score_reason_missing", criterion=criterion.id)


def missing_scores(
    bids: Iterable[OpenedBid], own: Iterable[Judgement], criteria: Sequence[Criterion]
) -> list[dict[str, str]]:
    """What one evaluator has still to score, as `{lot, bid, criterion}`."""
    given = {(each.bid, each.score.criterion) for each in own}
    return [
        {"lot": bid.lot, "bid": bid.bid, "criterion": criterion.id}
        for bid in bids
        if bid.intact
        for criterion in scored_by_people(criteria)
        if (bid.bid, criterion.id) not in given
    ]


def panel_complete(panel: Sequence[Panellist]) -> bool:
    """Whether the technical result is final: at least two counting signatures, nobody awaited."""
    return sum(each.counts for each in panel) >= LEAST_EVALUATORS and not any(each.awaited for each in panel)


def technical_results(
    bids: Iterable[OpenedBid],
    judgements: Iterable[Judgement],
    panel: Sequence[Panellist],
    criteria: Sequence[Criterion],
    passing_score: Decimal,
) -> list[TechnicalResult]:
    """The result of every announced bid.

    A bid passes if no average is below its criterion's minimum and its technical score reaches `passing_score` (of 100,
    from the procedure policy).
    """
    counting = {each.person for each in panel if each.counts}
    counted = [each for each in judgements if each.evaluator in counting]
    asked = scored_by_people(criteria)
    return [_result(bid, [each for each in counted if each.bid == bid.bid], asked, passing_score) for bid in bids]


def _result(
    bid: OpenedBid, judgements: Sequence[Judgement], criteria: Sequence[Criterion], passing_score: Decimal
) -> TechnicalResult:
    if not bid.intact:
        failure = bid.failure or bid.result
        return TechnicalResult(bid.lot, bid.bid, bid.bidder, passed=False, score=Decimal("0.00"), excluded=failure)
    averages = {
        each.id: average([one.score.score for one in judgements if one.score.criterion == each.id]) for each in criteria
    }
    below = tuple(
        each.id
        for each in criteria
        if each.minimum_score is not None and averages[each.id] < Fraction(each.minimum_score)
    )
    score = technical_score(averages, criteria)
    reached = score >= passing_score if criteria else True
    return TechnicalResult(bid.lot, bid.bid, bid.bidder, not below and reached, score, averages, below)
