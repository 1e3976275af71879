"""Tables of the pages, and rows to domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Row, Table, Text, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from backbone.database import Transaction
from services.portal.domain import Tender

metadata = MetaData()
INSTANT = DateTime(timezone=True)

tenders = Table(
    "tenders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ocid", Text),
    Column("state", Text),
    Column("state_since", INSTANT),
    Column("published_at", INSTANT),
    Column("closes_at", INSTANT),
    Column("notice", JSONB),
    Column("words", Text),
)
happenings = Table(
    "happenings",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("tender", Text),
    Column("kind", Text),
    Column("at", INSTANT),
    Column("data", JSONB),
)
vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("legal_name", Text),
    Column("scheme", Text),
    Column("identifier", Text),
)


def tender_of(row: Row[Any]) -> Tender:
    """A row of `tenders` as the domain knows it."""
    return Tender(row.id, row.ocid, row.state, row.state_since, row.published_at, row.closes_at, row.notice)


def find_tender(tx: Transaction, reference: str) -> Tender | None:
    """By id or by ocid."""
    row = tx.connection.execute(
        select(tenders).where((tenders.c.id == reference) | (tenders.c.ocid == reference))
    ).one_or_none()
    return tender_of(row) if row else None


def save_notice(tx: Transaction, notice: dict[str, Any], published_at: datetime, closes_at: datetime) -> None:
    """Puts the notice in place of the one we knew; the first one makes the tender."""
    facts = {"closes_at": closes_at, "notice": notice, "words": _words(notice)}
    row = {
        "id": notice["tender"],
        "ocid": notice["ocid"],
        "state": "published",
        "state_since": published_at,
        "published_at": published_at,
        **facts,
    }
    tx.connection.execute(insert(tenders).values(row).on_conflict_do_update(index_elements=["id"], set_=facts))


def move(tx: Transaction, tender: str, state: str, at: datetime) -> None:
    """Sets the state unless a later event already has: topics overtake one another."""
    tx.connection.execute(
        update(tenders).where(tenders.c.id == tender, tenders.c.state_since <= at).values(state=state, state_since=at)
    )


def remember(tx: Transaction, event_id: str, tender: str, kind: str, at: datetime, data: dict[str, Any]) -> None:
    """Adds a line to the tender's history."""
    row = {"event_id": event_id, "tender": tender, "kind": kind, "at": at, "data": data}
    tx.connection.execute(insert(happenings).values(row).on_conflict_do_nothing())


def save_vendor(tx: Transaction, vendor: str, legal_name: str, scheme: str, identifier: str) -> None:
    """The public name of a supplier."""
    row = {"id": vendor, "legal_name": legal_name, "scheme": scheme, "identifier": identifier}
    tx.connection.execute(insert(vendors).values(row).on_conflict_do_update(index_elements=["id"], set_=row))


def _words(notice: dict[str, Any]) -> str:
    lots = " ".join(lot["title"] for lot in notice["lots"])
    return " ".join([notice["ocid"], notice["title"], notice["description"], notice["buyer_name"], lots]).lower()
