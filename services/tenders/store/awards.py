"""Award decisions with their awards, reasons and eligibility checks; contracts."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from backbone.database import Transaction
from backbone.money import Money
from services.tenders.domain.award import CANCELLED, Award, Decision, Eligibility
from services.tenders.domain.contract import Contract
from services.tenders.domain.report import BidKey
from services.tenders.domain.tender import Stage
from services.tenders.store.award_tables import awards, contracts, decisions, eligibility_checks, reasons
from services.tenders.store.openings import money_columns, money_of
from services.tenders.store.tables import tenders


def add(tx: Transaction, tender: str, decision: Decision, why: Mapping[BidKey, str]) -> None:
    """Keeps a new decision with the reasons for every bid."""
    row = {name: getattr(decision, name) for name in ("id", "awarder", "decided_at", "standstill_end", "ended")}
    tx.connection.execute(insert(decisions), {**row, "tender": tender})
    for position, award in enumerate(decision.awards):
        tx.connection.execute(insert(awards), _award_row(award) | {"decision": decision.id, "position": position})
    for (lot, bid), reason in why.items():
        tx.connection.execute(insert(reasons), {"decision": decision.id, "lot": lot, "bid": bid, "reason": reason})


def save(tx: Transaction, decision: Decision) -> None:
    """Writes how the decision ended, and the status of each award."""
    tx.connection.execute(update(decisions).where(decisions.c.id == decision.id).values(ended=decision.ended))
    for award in decision.awards:
        tx.connection.execute(update(awards).where(awards.c.id == award.id).values(status=award.status))


def current(tx: Transaction, tender: str) -> Decision | None:
    """The decision in force; None before the first and after a cancelled one."""
    in_force = select(decisions).where(decisions.c.tender == tender, decisions.c.ended != CANCELLED)
    row = tx.connection.execute(in_force).one_or_none()
    return _decision(tx, row) if row else None


def history(tx: Transaction, tender: str) -> list[Decision]:
    """All decisions, cancelled ones too, newest first."""
    ordered = select(decisions).where(decisions.c.tender == tender).order_by(decisions.c.decided_at.desc())
    return [_decision(tx, row) for row in tx.connection.execute(ordered).all()]


def due(tx: Transaction, now: datetime, limit: int = 20) -> list[str]:
    """Tenders whose standstill is over, with a decision that waits to be confirmed."""
    waiting = (
        select(decisions.c.tender)
        .join(tenders, tenders.c.id == decisions.c.tender)
        .where(tenders.c.state == Stage.STANDSTILL, decisions.c.ended == "", decisions.c.standstill_end <= now)
    )
    return list(tx.connection.scalars(waiting.order_by(decisions.c.standstill_end).limit(limit)))


def note_checks(tx: Transaction, tender: str, subject: str, moment: str, checks: Iterable[Eligibility]) -> None:
    """Keeps which version of the debarment list was looked at, for whom, with what answer."""
    for each in checks:
        row = {**asdict(each), "tender": tender, "subject": subject, "moment": moment}
        tx.connection.execute(insert(eligibility_checks), row)


def add_contract(tx: Transaction, tender: str, contract: Contract, at: datetime) -> None:
    """Keeps a contract."""
    row = {**asdict(contract), **money_columns(contract.value), "tender": tender, "recorded_at": at}
    row.pop("value")
    tx.connection.execute(insert(contracts), row)


def contracts_of(tx: Transaction, tender: str) -> list[Contract]:
    """The tender's contracts, oldest first."""
    ordered = select(contracts).where(contracts.c.tender == tender).order_by(contracts.c.recorded_at)
    return [
        Contract(row.id, row.award, row.supplier, row.number, Money(row.amount, row.currency), row.signed_at)
        for row in tx.connection.execute(ordered)
    ]


def _award_row(award: Award) -> dict[str, Any]:
    row = {**asdict(award), **money_columns(award.value)}
    row.pop("value")
    return row


def _decision(tx: Transaction, row: Row[Any]) -> Decision:
    of_decision = select(awards).where(awards.c.decision == row.id).order_by(awards.c.position)
    return Decision(
        id=row.id,
        awarder=row.awarder,
        decided_at=row.decided_at,
        standstill_end=row.standstill_end,
        awards=tuple(
            Award(each.id, each.lot, each.status, each.bid, each.supplier, money_of(each), each.grounds)
            for each in tx.connection.execute(of_decision)
        ),
        ended=row.ended,
    )
