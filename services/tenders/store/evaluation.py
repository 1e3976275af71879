"""Evaluators, their scores, the technical result, the ranking."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from backbone.database import Transaction
from backbone.money import Money
from services.tenders.domain.evaluation import Judgement, Panellist, Score, TechnicalResult
from services.tenders.domain.report import Rejection
from services.tenders.domain.scoring import RankedBid
from services.tenders.store.award_tables import evaluators, rankings, rejections, scores, technical_results
from services.tenders.store.openings import money_columns


def panel(tx: Transaction, tender: str, on_duty: Iterable[str]) -> list[Panellist]:
    """Everybody who holds the duty now or ever declared something here, by person id."""
    rows = tx.connection.execute(select(evaluators).where(evaluators.c.tender == tender))
    known = {row.person: row for row in rows}
    holders = set(on_duty)
    return [_panellist(person, person in holders, known.get(person)) for person in sorted(holders | set(known))]


def declare(tx: Transaction, tender: str, person: str, *, has_conflict: bool, statement: str, at: datetime) -> None:
    """Keeps a declaration of conflict of interest, in the place of an earlier one of no conflict."""
    facts = {"has_conflict": has_conflict, "statement": statement, "declared_at": at}
    row = {"tender": tender, "person": person, **facts}
    kept = upsert(evaluators).values(row).on_conflict_do_update(index_elements=["tender", "person"], set_=facts)
    tx.connection.execute(kept)


def write_scores(tx: Transaction, tender: str, given: Sequence[Judgement]) -> None:
    """Keeps one evaluator's scores, in the place of their earlier ones on the same bid and criterion."""
    for each in given:
        facts = {"score": each.score.score, "reason": each.score.reason, "scored_at": each.scored_at}
        key = {"evaluator": each.evaluator, "bid": each.bid, "criterion": each.score.criterion}
        row = {"tender": tender, "lot": each.lot, **key, **facts}
        tx.connection.execute(upsert(scores).values(row).on_conflict_do_update(index_elements=list(key), set_=facts))


def judgements(tx: Transaction, tender: str, evaluator: str | None = None) -> list[Judgement]:
    """All scores given, or one evaluator's, in a fixed order."""
    query = select(scores).where(scores.c.tender == tender)
    if evaluator is not None:
        query = query.where(scores.c.evaluator == evaluator)
    ordered = query.order_by(scores.c.evaluator, scores.c.lot, scores.c.bid, scores.c.criterion)
    return [
        Judgement(row.evaluator, row.lot, row.bid, Score(row.criterion, row.score, row.reason), row.scored_at)
        for row in tx.connection.execute(ordered)
    ]


def sign(tx: Transaction, tender: str, person: str, sha256: str, at: datetime) -> None:
    """Locks one evaluator's scores."""
    own = update(evaluators).where(evaluators.c.tender == tender, evaluators.c.person == person)
    tx.connection.execute(own.values(signed_at=at, scores_sha256=sha256))


def finalise(tx: Transaction, tender: str, results: Sequence[TechnicalResult], at: datetime) -> None:
    """Keeps the technical result; there is one, for ever."""
    for each in results:
        averages = {criterion: str(value) for criterion, value in each.averages.items()}
        row = {**asdict(each), "averages": averages, "below": list(each.below), "tender": tender, "final_at": at}
        tx.connection.execute(insert(technical_results), row)


def results(tx: Transaction, tender: str) -> list[TechnicalResult]:
    """The technical result; empty while it is not final."""
    of_tender = select(technical_results).where(technical_results.c.tender == tender)
    ordered = of_tender.order_by(technical_results.c.lot, technical_results.c.bid)
    return [
        TechnicalResult(
            lot=row.lot,
            bid=row.bid,
            bidder=row.bidder,
            passed=row.passed,
            score=row.score,
            averages={criterion: Fraction(value) for criterion, value in row.averages.items()},
            below=tuple(row.below),
            excluded=row.excluded,
        )
        for row in tx.connection.execute(ordered)
    ]


def write_ranking(tx: Transaction, tender: str, ranking: Iterable[RankedBid], refused: Iterable[Rejection]) -> None:
    """Keeps the report's conclusion; there is one, for ever."""
    for ranked in ranking:
        row = {**asdict(ranked), **money_columns(ranked.value), "tender": tender}
        row.pop("value")
        tx.connection.execute(insert(rankings), row)
    for each in refused:
        tx.connection.execute(insert(rejections), {**asdict(each), "tender": tender})


def ranking(tx: Transaction, tender: str) -> list[RankedBid]:
    """The ranking by lot and rank; empty before the report."""
    ordered = select(rankings).where(rankings.c.tender == tender).order_by(rankings.c.lot, rankings.c.rank)
    return [
        RankedBid(
            lot=row.lot,
            bid=row.bid,
            bidder=row.bidder,
            rank=row.rank,
            technical=row.technical,
            financial=row.financial,
            total=row.total,
            value=Money(row.amount, row.currency),
            received_at=row.received_at,
        )
        for row in tx.connection.execute(ordered)
    ]


def rejected(tx: Transaction, tender: str) -> list[Rejection]:
    """The bids that the report does not rank."""
    rows = tx.connection.execute(select(rejections).where(rejections.c.tender == tender).order_by(rejections.c.bid))
    return [Rejection(row.lot, row.bid, row.bidder, row.stage, row.code, row.reason) for row in rows]


def _panellist(person: str, on_duty: bool, row: Row[Any] | None) -> Panellist:  # noqa: FBT001  a column, not a switch
    if row is None:
        return Panellist(person, on_duty)
    return Panellist(
        person=person,
        on_duty=on_duty,
        has_conflict=row.has_conflict,
        statement=row.statement,
        declared_at=row.declared_at,
        signed_at=row.signed_at,
        scores_sha256=row.scores_sha256,
    )
