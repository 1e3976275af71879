"""Tenders with their lots, items and criteria: rows from and to the domain."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import NotFound
from services.tenders.domain.content import Content, content_json, content_of
from services.tenders.domain.procedure import parse_policy
from services.tenders.domain.tender import Stage, Tender
from services.tenders.store.tables import criteria, items, lots, tenders

TABLED = ("lots", "criteria", "tenderPeriod", "openingDate", "enquiryPeriod")


def load_tender(tx: Transaction, tender_id: str, *, lock: bool = False) -> Tender:
    """The tender; with `lock` nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    query: Select[Any] = select(tenders).where(tenders.c.id == tender_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("tender_unknown", tender=tender_id)
    return as_tender(tx, row)


def as_tender(tx: Transaction, row: Row[Any]) -> Tender:
    """The domain's tender of a row of `tenders`."""
    return Tender(
        id=row.id,
        ocid=row.ocid,
        buyer=row.buyer,
        buyer_name=row.buyer_name,
        state=Stage(row.state),
        drafter=row.drafter,
        content=_content(tx, row),
        policy=parse_policy(row.policy),
        created_at=row.created_at,
        editors=tuple(row.editors),
        approver=row.approver,
        approved_sha256=row.approved_sha256,
        version=row.version,
        notice_version=row.notice_version,
        notice_sha256=row.notice_sha256,
        published_at=row.published_at,
    )


def add(tx: Transaction, tender: Tender) -> None:
    """Writes a new tender."""
    tx.connection.execute(insert(tenders).values(id=tender.id, created_at=tender.created_at, **_row(tender)))
    _write_parts(tx, tender)


def save(tx: Transaction, tender: Tender) -> Tender:
    """Writes a tender that was loaded with `lock`, content included; returns it with its next version."""
    saved = save_state(tx, tender)
    for table in (items, lots, criteria):
        tx.connection.execute(delete(table).where(table.c.tender == tender.id))
    _write_parts(tx, tender)
    return saved


def save_state(tx: Transaction, tender: Tender) -> Tender:
    """Writes everything but lots, items and criteria, for acts that leave these as they are."""
    row = _row(tender) | {"version": tender.version + 1}
    tx.connection.execute(update(tenders).where(tenders.c.id == tender.id).values(row))
    return replace(tender, version=tender.version + 1)


def _row(tender: Tender) -> dict[str, Any]:
    data = {name: value for name, value in content_json(tender.content).items() if name not in TABLED}
    return {
        "ocid": tender.ocid,
        "buyer": tender.buyer,
        "buyer_name": tender.buyer_name,
        "state": tender.state.value,
        "drafter": tender.drafter,
        "editors": list(tender.editors),
        "approver": tender.approver,
        "approved_sha256": tender.approved_sha256,
        "version": tender.version,
        "data": data,
        "policy": tender.policy.as_json(),
        "tender_period_end": tender.content.tender_period_end,
        "opening_at": tender.content.opening_at,
        "enquiry_period_end": tender.content.enquiry_period_end,
        "notice_version": tender.notice_version,
        "notice_sha256": tender.notice_sha256,
        "published_at": tender.published_at,
        "words": _words(tender),
    }


def _words(tender: Tender) -> str:
    content = tender.content
    described = [item.description for lot in content.lots for item in lot.items]
    titles = [lot.title for lot in content.lots]
    return " ".join([tender.ocid, tender.buyer_name, content.title, content.description, *titles, *described]).lower()


def _write_parts(tx: Transaction, tender: Tender) -> None:
    told = content_json(tender.content)
    own = {"tender": tender.id}
    batches = {
        lots: [
            own
            | {"id": lot.id, "position": place, "title": lot.title}
            | {"amount": lot.value.amount, "currency": lot.value.currency}
            for place, lot in enumerate(tender.lots)
        ],
        items: [
            own | {"id": item["id"], "lot": lot["id"], "position": place, **_item_row(item)}
            for lot in told["lots"]
            for place, item in enumerate(lot["items"])
        ],
        criteria: [own | {"position": place, **_criterion_row(each)} for place, each in enumerate(told["criteria"])],
    }
    for table, rows in batches.items():
        if rows:
            tx.connection.execute(insert(table), rows)


def _item_row(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": item["description"],
        "classification_scheme": item["classification"]["scheme"],
        "classification_id": item["classification"]["id"],
        "quantity": Decimal(item["quantity"]),
        "unit": item["unit"],
    }


def _criterion_row(each: dict[str, Any]) -> dict[str, Any]:
    minimum = each["minimumScore"]
    return {
        "id": each["id"],
        "title": each["title"],
        "envelope": each["envelope"],
        "weight": Decimal(each["weight"]),
        "max_score": Decimal(each["maxScore"]),
        "minimum_score": None if minimum is None else Decimal(minimum),
    }


def _content(tx: Transaction, row: Row[Any]) -> Content:
    return content_of(
        {
            **row.data,
            "lots": _lots(tx, row.id),
            "criteria": _criteria(tx, row.id),
            "tenderPeriod": {"endDate": rfc3339(row.tender_period_end)},
            "openingDate": rfc3339(row.opening_at),
            "enquiryPeriod": {"endDate": rfc3339(row.enquiry_period_end)},
        }
    )


def _lots(tx: Transaction, tender_id: str) -> list[dict[str, Any]]:
    by_lot: dict[str, list[dict[str, Any]]] = {}
    for item in tx.connection.execute(select(items).where(items.c.tender == tender_id).order_by(items.c.position)):
        classification = {"scheme": item.classification_scheme, "id": item.classification_id}
        told = {"id": item.id, "description": item.description, "classification": classification}
        by_lot.setdefault(item.lot, []).append(told | {"quantity": format(item.quantity, "f"), "unit": item.unit})
    rows = tx.connection.execute(select(lots).where(lots.c.tender == tender_id).order_by(lots.c.position))
    return [
        {
            "id": lot.id,
            "title": lot.title,
            "value": {"amount": format(lot.amount, "f"), "currency": lot.currency},
            "items": by_lot.get(lot.id, []),
        }
        for lot in rows
    ]


def _criteria(tx: Transaction, tender_id: str) -> list[dict[str, Any]]:
    rows = tx.connection.execute(select(criteria).where(criteria.c.tender == tender_id).order_by(criteria.c.position))
    return [
        {
            "id": each.id,
            "title": each.title,
            "envelope": each.envelope,
            "weight": each.weight,
            "maxScore": each.max_score,
            "minimumScore": each.minimum_score,
        }
        for each in rows
    ]
