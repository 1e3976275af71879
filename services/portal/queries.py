"""What the pages ask. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, not_, select, true

from backbone.database import Transaction
from services.portal.domain import Tender
from services.portal.store import find_tender, happenings, tender_of, tenders, vendors

PAGE = 20


@dataclass(frozen=True)
class Listing:
    """One page of the list. `total` counts all that match."""

    rows: Sequence[Tender]
    total: int
    page: int
    now: datetime

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Page:
    """All that the page of one tender shows."""

    tender: Tender
    history: Sequence[Any]
    suppliers: dict[str, Any]
    now: datetime


def list_tenders(tx: Transaction, words: str, stage: str, page: int) -> Listing:
    """Published tenders: those open for bids first, the next to close on top; then the others, newest first."""
    now = tx.now()
    condition = and_(*_conditions(words, stage, now))
    total = tx.connection.execute(select(func.count()).select_from(tenders).where(condition)).scalar_one()
    still_open = _is_open(now)
    order = (still_open.desc(), func.abs(func.extract("epoch", tenders.c.closes_at - now)), tenders.c.id)
    rows = tx.connection.execute(
        select(tenders).where(condition).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return Listing([tender_of(row) for row in rows], total, page, now)


def tender_page(tx: Transaction, reference: str) -> Page | None:
    """The tender with its history, oldest first; None if no such tender was published."""
    tender = find_tender(tx, reference)
    if tender is None:
        return None
    history = tx.connection.execute(
        select(happenings).where(happenings.c.tender == tender.id).order_by(happenings.c.at, happenings.c.event_id)
    ).all()
    return Page(tender, history, _suppliers(tx, history), tx.now())


def _suppliers(tx: Transaction, history: Sequence[Any]) -> dict[str, Any]:
    ids = {row.data["bidder"] for row in history if row.kind == "BidOpened"}
    ids |= {award["supplier"] for row in history if row.kind == "AwardDecided" for award in row.data["awards"]}
    return {row.id: row for row in tx.connection.execute(select(vendors).where(vendors.c.id.in_(ids)))}


def _is_open(now: datetime) -> Any:
    return and_(tenders.c.state == "published", tenders.c.closes_at > now)


def _conditions(words: str, stage: str, now: datetime) -> list[Any]:
    found = [tenders.c.words.contains(word, autoescape=True) for word in words.lower().split()]
    if stage == "published":
        found.append(_is_open(now))
    elif stage == "closed":
        found.append(and_(tenders.c.state == "published", not_(_is_open(now))))
    elif stage:
        found.append(tenders.c.state == stage)
    return found or [true()]
