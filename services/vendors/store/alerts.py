"""Alerts of tenders in followed categories."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from backbone.ids import new_id
from services.vendors.domain.alert import Tender
from services.vendors.store.tables import alerts, categories


def followers(tx: Transaction, keys: Iterable[tuple[str, str]]) -> list[str]:
    """Suppliers that follow one of the categories with these keys."""
    wanted = tuple_(categories.c.scheme_key, categories.c.id_key).in_(sorted(keys))
    return list(tx.connection.execute(select(categories.c.vendor).where(wanted).distinct()).scalars())


def queue(tx: Transaction, tender: Tender, vendors: Sequence[str], at: datetime) -> list[str]:
    """Queues an alert for each supplier that has none of this version of the notice; returns those suppliers."""
    shown = {
        "tender": tender.id,
        "ocid": tender.ocid,
        "title": tender.title,
        "buyer_name": tender.buyer_name,
        "notice_version": tender.notice_version,
        "tender_period_end": tender.tender_period_end,
        "delivery_status": "queued",
        "queued_at": at,
    }
    if not vendors:
        return []
    rows = [{"id": new_id(), "vendor": vendor, **shown} for vendor in vendors]
    written = pg_insert(alerts).on_conflict_do_nothing().returning(alerts.c.vendor)
    return list(tx.connection.execute(written, rows).scalars())
