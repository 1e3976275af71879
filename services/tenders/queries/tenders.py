"""Tenders as they are shown and listed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import Forbidden
from backbone.paging import page
from backbone.principal import Principal
from services.tenders.domain.content import content_json
from services.tenders.domain.document import DocumentVersion, newest, superseded_by
from services.tenders.domain.notice import draft_sha256
from services.tenders.domain.tender import Stage, Tender
from services.tenders.ocds.tender import document_url
from services.tenders.queries.access import is_staff, must_see
from services.tenders.store import committees, documents
from services.tenders.store.tables import tenders
from services.tenders.store.tenders import load_tender


def show_tender(tx: Transaction, principal: Principal, tender_id: str, base: str) -> dict[str, Any]:
    """The tender as the caller may know it; everybody's view has the notice, staff also the draft's digest and people.

    Raises:
        NotFound: none, or a draft of another buyer.
    """
    tender = load_tender(tx, tender_id)
    must_see(principal, tender)
    return describe(tx, principal, tender, base)


def describe(tx: Transaction, principal: Principal, tender: Tender, base: str) -> dict[str, Any]:
    """A tender that the caller may see, as JSON."""
    staff, versions = is_staff(principal, tender), documents.versions_of(tx, tender.id)
    shown = [each for each in versions if staff or each.published_at]
    told = {
        "id": tender.id,
        "ocid": tender.ocid,
        "stage": tender.stage(tx.now()).value,
        "version": tender.version,
        "buyer": {"id": tender.buyer, "name": tender.buyer_name},
        **content_json(tender.content),
        "policy": tender.policy.reference,
        "envelopes": list(tender.policy.envelopes),
        "documents": [document_json(tender, each, versions, base) for each in shown],
        "notice": None,
        "datePublished": None,
    }
    if tender.published_at:
        told["notice"] = {"version": tender.notice_version, "sha256": tender.notice_sha256}
        told["datePublished"] = rfc3339(tender.published_at)
    return told | (_inside(tx, tender, versions) if staff else {})


def document_json(
    tender: Tender, version: DocumentVersion, versions: tuple[DocumentVersion, ...], base: str
) -> dict[str, Any]:
    """A document version with its address, its instant and what took its place."""
    return version.as_json() | {
        "url": document_url(tender.id, version, base),
        "reason": version.reason,
        "datePublished": rfc3339(version.published_at) if version.published_at else None,
        "supersededBy": superseded_by(version, versions),
    }


def _inside(tx: Transaction, tender: Tender, versions: tuple[DocumentVersion, ...]) -> dict[str, Any]:
    people = {"drafter": tender.drafter, "approver": tender.approver, "approvedSha256": tender.approved_sha256}
    if tender.is_public:
        return people
    return people | {"draftSha256": draft_sha256(tender, newest(versions), committees.load(tx, tender.id))}


def list_tenders(
    tx: Transaction, principal: Principal, *, stage: str, words: str, mine: bool, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of published tenders, oldest first; with `mine` those of the caller's buyer, drafts too.

    Raises:
        Forbidden: `mine` without being staff of a buyer.
        Invalid: an unknown cursor.
    """
    now = tx.now()
    query, order = select(tenders), tenders.c.published_at
    if mine:
        if principal.organisation_kind != "buyer" or not principal.has_second_factor:
            raise Forbidden("buyer_staff_only")
        query, order = query.where(tenders.c.buyer == principal.organisation), tenders.c.created_at
    else:
        query = query.where(tenders.c.published_at.is_not(None))
    for word in words.lower().split():
        query = query.where(tenders.c.words.contains(word, autoescape=True))
    if stage:
        query = query.where(*_in_stage(Stage(stage), now))
    rows, following = page(tx, query, order, tenders, cursor)
    return [_summary(row, now) for row in rows], following


def _in_stage(stage: Stage, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The rows whose derived stage this is."""
    if stage is Stage.CLOSED:
        return tenders.c.state == Stage.PUBLISHED.value, tenders.c.tender_period_end <= now
    if stage is Stage.PUBLISHED:
        return tenders.c.state == Stage.PUBLISHED.value, tenders.c.tender_period_end > now
    return (tenders.c.state == stage.value,)


def _summary(row: Row[Any], now: datetime) -> dict[str, Any]:
    closed = row.state == Stage.PUBLISHED.value and row.tender_period_end <= now
    return {
        "id": row.id,
        "ocid": row.ocid,
        "stage": Stage.CLOSED.value if closed else row.state,
        "buyer": {"id": row.buyer, "name": row.buyer_name},
        **{name: row.data[name] for name in ("title", "mainProcurementCategory", "procedure", "value", "timeZone")},
        "tenderPeriod": {"endDate": rfc3339(row.tender_period_end)},
        "datePublished": rfc3339(row.published_at) if row.published_at else None,
    }
