"""Openings: their state, the members' batches, the results, the acta and its annexes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from backbone.ids import new_id
from services.bids.domain.opening import FINAL, Batch, OpeningState, Result
from services.bids.store.tables import acta_annexes, actas, openings, results, share_batches, tenders


def state(tx: Transaction, tender: str, envelope: str, *, lock: bool = False) -> OpeningState:
    """Where the opening stands; `lock` lets one transaction at a time decide."""
    if lock:
        row = {"tender": tender, "envelope": envelope, "state": OpeningState.SEALED}
        tx.connection.execute(pg_insert(openings).values(row).on_conflict_do_nothing())
    query = select(openings.c.state).where(_at(openings, tender, envelope))
    found = tx.connection.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    return OpeningState(found or OpeningState.SEALED)


def opened_at(tx: Transaction, tender: str, envelope: str) -> tuple[datetime | None, str | None]:
    """When it was opened and the digest of its acta; Nones before."""
    query = select(openings.c.opened_at, openings.c.acta_sha256).where(_at(openings, tender, envelope))
    row = tx.connection.execute(query).one_or_none()
    return (row.opened_at, row.acta_sha256) if row else (None, None)


def set_state(tx: Transaction, tender: str, envelope: str, state: OpeningState, **values: object) -> None:
    """Moves the opening on."""
    tx.connection.execute(update(openings).where(_at(openings, tender, envelope)).values(state=state, **values))


def unfinished(tx: Transaction) -> list[tuple[str, str, OpeningState]]:
    """Openings of tenders that were not cancelled, begun and not final."""
    going_on = tenders.c.cancelled.is_(False) & openings.c.state.not_in(list(FINAL))
    query = select(openings).join(tenders, tenders.c.id == openings.c.tender).where(going_on)
    return [(row.tender, row.envelope, OpeningState(row.state)) for row in tx.connection.execute(query)]


def batches(tx: Transaction, tender: str, envelope: str) -> list[Batch]:
    """The batches that count, in the order they came."""
    query = select(share_batches).where(_at(share_batches, tender, envelope), share_batches.c.lapsed_at.is_(None))
    rows = tx.connection.execute(query.order_by(share_batches.c.received_at))
    return [Batch(row.member, row.received_at, row.sha256, row.shares) for row in rows]


def add_batch(tx: Transaction, tender: str, envelope: str, batch: Batch) -> None:
    """Keeps a member's batch."""
    tx.connection.execute(
        insert(share_batches).values(
            id=new_id(), tender=tender, envelope=envelope, member=batch.member, received_at=batch.received_at,
            sha256=batch.sha256, shares=dict(batch.shares),
        )
    )  # fmt: skip


def lapse(tx: Transaction, tender: str, envelope: str, members: list[str], now: datetime) -> None:
    """These members' batches no longer count; their rows stay."""
    mine = share_batches.c.member.in_(members) & share_batches.c.lapsed_at.is_(None)
    tx.connection.execute(update(share_batches).where(_at(share_batches, tender, envelope), mine).values(lapsed_at=now))


def add_results(tx: Transaction, tender: str, envelope: str, outcomes: list[Result]) -> None:
    """What became of each bid of the stage."""
    place = {"tender": tender, "envelope": envelope}
    rows = [{**asdict(each), "documents": list(each.documents), **place} for each in outcomes]
    if rows:
        tx.connection.execute(insert(results), rows)


def results_of(tx: Transaction, tender: str, envelope: str) -> dict[str, Result]:
    """Results by bid; empty before the opening."""
    rows = tx.connection.execute(select(results).where(_at(results, tender, envelope)))
    return {
        row.bid: Result(row.bid, row.result, row.failure, row.identity, row.offer, tuple(row.documents)) for row in rows
    }


def add_acta(
    tx: Transaction, tender: str, envelope: str, *, sha256: str, statement: str, pages: dict[str, str], at: datetime
) -> None:
    """The acta, once and for all."""
    row = {"tender": tender, "envelope": envelope, "sha256": sha256, "statement": statement, "pages": pages}
    tx.connection.execute(insert(actas).values(**row, written_at=at))


def acta(tx: Transaction, tender: str, envelope: str) -> Row[Any] | None:
    """The acta's row (sha256, statement, pages by language), None before the opening."""
    return tx.connection.execute(select(actas).where(_at(actas, tender, envelope))).one_or_none()


def add_annex(tx: Transaction, tender: str, envelope: str, number: int, statement: str) -> None:
    """An annex, once and for all."""
    row = {"tender": tender, "envelope": envelope, "number": number, "statement": statement}
    tx.connection.execute(insert(acta_annexes).values(row))


def annexes(tx: Transaction, tender: str, envelope: str) -> list[str]:
    """The annexes' statements, by number."""
    query = select(acta_annexes.c.statement).where(_at(acta_annexes, tender, envelope))
    return list(tx.connection.execute(query.order_by(acta_annexes.c.number)).scalars())


def next_annex(tx: Transaction, tender: str, envelope: str) -> int:
    """The number of the next annex, from 1; the opening's row must be locked."""
    query = select(func.coalesce(func.max(acta_annexes.c.number), 0)).where(_at(acta_annexes, tender, envelope))
    return int(tx.connection.execute(query).scalar_one()) + 1


def _at(table: Table, tender: str, envelope: str) -> ColumnElement[bool]:
    return (table.c.tender == tender) & (table.c.envelope == envelope)
