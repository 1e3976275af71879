"""Tenders as their events tell of them. The notice is kept whole, as it came."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from google.protobuf import json_format
from licita.tenders.v1.notice_pb2 import Notice
from licita_formats.age import Recipient
from licita_formats.sealed_bid import Committee, Member
from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.clock import parse_rfc3339
from backbone.database import Transaction
from backbone.errors import NotFound
from services.bids.domain.tender import Tender
from services.bids.store.tables import tenders


def save_notice(tx: Transaction, notice: dict[str, Any]) -> None:
    """Keeps the notice (JSON mapping of the message) unless a newer version is here already."""
    opening_at = parse_rfc3339(notice["opening_at"])
    row = {
        "notice_version": notice["version"],
        "deadline": parse_rfc3339(notice["tender_period_end"]),
        "opening_at": opening_at,
        "keep_until": opening_at + timedelta(days=notice["retention_days"]),
        "notice": notice,
    }
    added = pg_insert(tenders).values(id=notice["tender"], **row)
    newer = added.on_conflict_do_update(
        index_elements=[tenders.c.id], set_=row, where=tenders.c.notice_version < notice["version"]
    )
    tx.connection.execute(newer)


def cancel(tx: Transaction, tender: str) -> None:
    """Nothing more is received or opened."""
    tx.connection.execute(update(tenders).where(tenders.c.id == tender).values(cancelled=True))


def close_lots(tx: Transaction, tender: str, lots: Iterable[str]) -> None:
    """These lots are unsuccessful: nothing of them is received or opened any more."""
    row = tx.connection.execute(
        select(tenders.c.closed_lots).where(tenders.c.id == tender).with_for_update()
    ).one_or_none()
    if row is not None:
        closed = sorted({*row.closed_lots, *lots})
        tx.connection.execute(update(tenders).where(tenders.c.id == tender).values(closed_lots=closed))


def finalise_technical(tx: Transaction, tender: str, passed: list[str], at: datetime) -> None:
    """The technical evaluation is final; a second telling changes nothing."""
    tx.connection.execute(
        update(tenders)
        .where(tenders.c.id == tender, tenders.c.technical_final_at.is_(None))
        .values(technical_final_at=at, passed=passed)
    )


def find(tx: Transaction, tender: str, *, share: bool = False, update_lock: bool = False) -> Tender:
    """The tender, as it stays until the transaction ends.

    With `share` other bidders are not kept waiting; `update_lock` waits for bids that are being received.

    Raises:
        NotFound: none is known here.
    """
    query = select(tenders).where(tenders.c.id == tender)
    if share:
        query = query.with_for_update(read=True)
    if update_lock:
        query = query.with_for_update()
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("tender_unknown", tender=tender)
    return from_row(row)


def notice(tx: Transaction, tender: str) -> Notice:
    """The notice as it stands.

    Raises:
        NotFound: none is known here.
    """
    row = tx.connection.execute(select(tenders.c.notice).where(tenders.c.id == tender)).one_or_none()
    if row is None:
        raise NotFound("tender_unknown", tender=tender)
    return _parse(row.notice)


def from_row(row: Row[Any]) -> Tender:
    """The domain's tender of a row."""
    told = _parse(row.notice)
    members = tuple(Member(each.member, Recipient.parse(each.recipient)) for each in told.committee.members)
    return Tender(
        id=row.id,
        ocid=told.ocid,
        buyer=told.buyer,
        buyer_name=told.buyer_name,
        title=told.title,
        notice_version=row.notice_version,
        notice_sha256=told.notice_sha256,
        deadline=row.deadline,
        opening_at=row.opening_at,
        time_zone=told.time_zone,
        lots={lot.id: lot.title for lot in told.lots},
        envelopes=tuple(told.envelopes),
        committee=Committee(told.committee.threshold, members),
        keep_until=row.keep_until,
        opening_window=timedelta(seconds=told.opening_window_seconds),
        minimum_bids=told.minimum_bids,
        max_envelope_bytes=told.max_envelope_bytes,
        cancelled=row.cancelled,
        closed_lots=frozenset(row.closed_lots),
        technical_final_at=row.technical_final_at,
        passed=frozenset(row.passed),
    )


def _parse(told: dict[str, Any]) -> Notice:
    return json_format.ParseDict(told, Notice(), ignore_unknown_fields=True)
