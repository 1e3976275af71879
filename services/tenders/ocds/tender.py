"""The blocks `tender`, `buyer` and `parties` of a release, from a published notice."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from backbone.clock import rfc3339
from services.tenders.domain.content import Content, Item, Lot
from services.tenders.domain.document import DocumentVersion, superseded_by
from services.tenders.domain.question import Question
from services.tenders.domain.tender import Stage, Tender

# https://standard.open-contracting.org/1.1/en/schema/codelists/#tender-status
STATUS: Mapping[Stage, str] = {
    Stage.CANCELLED: "cancelled",
    Stage.UNSUCCESSFUL: "unsuccessful",
    Stage.EVALUATED: "complete",
    Stage.STANDSTILL: "complete",
    Stage.COMPLAINT: "complete",
    Stage.AWARDED: "complete",
    Stage.CONTRACTED: "complete",
}


def buyer(tender: Tender) -> dict[str, Any]:
    """The buyer as a reference."""
    return {"id": tender.buyer, "name": tender.buyer_name}


def buyer_party(tender: Tender) -> dict[str, Any]:
    """The buyer as a party."""
    return buyer(tender) | {"roles": ["buyer", "procuringEntity"]}


def status(tender: Tender) -> dict[str, Any]:
    """The tender block that says its status and nothing else."""
    return {"id": tender.id, "status": STATUS.get(tender.state, "active")}


def tender_block(tender: Tender, versions: Iterable[DocumentVersion], base: str) -> dict[str, Any]:
    """The whole notice. `base` is this service's public address; `versions` are all that were published."""
    content = tender.content
    documents = sorted(versions, key=lambda each: (each.position, each.version))
    block: dict[str, Any] = status(tender) | {
        "title": content.title,
        "description": content.description,
        "procuringEntity": buyer(tender),
        "items": [_item(item, lot) for lot in content.lots for item in lot.items],
        "lots": [_lot(lot) for lot in content.lots],
        "value": _value(content.value),
        "procurementMethod": "open",
        "procurementMethodDetails": f"{tender.policy.title[_language(content)]} ({tender.policy.reference})",
        "mainProcurementCategory": content.main_procurement_category,
        "awardCriteria": "ratedCriteria" if len(content.criteria) > 1 else "priceOnly",
        "awardCriteriaDetails": "; ".join(f"{each.title}: {format(each.weight, 'f')} %" for each in content.criteria),
        "submissionMethod": ["electronicSubmission"],
        "tenderPeriod": {"endDate": rfc3339(content.tender_period_end)},
        "enquiryPeriod": {"endDate": rfc3339(content.enquiry_period_end)},
        "documents": [document(tender, each, documents, base) for each in documents],
    }
    if tender.published_at:
        block["tenderPeriod"] = {"startDate": rfc3339(tender.published_at), **block["tenderPeriod"]}
        block["enquiryPeriod"] = {"startDate": rfc3339(tender.published_at), **block["enquiryPeriod"]}
    if content.derogation:
        ground = tender.policy.derogation(content.derogation.code)
        cited = f" ({ground.cites})" if ground else ""
        block["procurementMethodRationale"] = f"{content.derogation.code}{cited}: {content.derogation.rationale}"
    return block


def document(tender: Tender, version: DocumentVersion, versions: list[DocumentVersion], base: str) -> dict[str, Any]:
    """One version of a document. A superseded one stays, and says what took its place."""
    later = superseded_by(version, versions)
    told = {
        "id": f"{version.document}-{version.version}",
        "documentType": version.document_type,
        "title": version.title,
        "url": document_url(tender.id, version, base),
        "datePublished": rfc3339(version.published_at) if version.published_at else None,
        "format": version.format,
        "language": version.language,
        "description": f"sha256:{version.sha256}" + (f"; superseded by {version.document}-{later}" if later else ""),
    }
    return {name: value for name, value in told.items() if value is not None}


def document_url(tender_id: str, version: DocumentVersion, base: str) -> str:
    """Where everybody can fetch these bytes for good."""
    return urljoin(base, f"/v1/tenders/{tender_id}/documents/{version.document}/versions/{version.version}")


def enquiries(tender: Tender, questions: Iterable[Question]) -> dict[str, Any]:
    """The tender block with the answered questions (enquiries extension). It names no asker, for nobody knows."""
    told = [
        {
            "id": each.id,
            "description": each.text,
            "answer": each.answer,
            "dateAnswered": rfc3339(each.published_at),
        }
        for each in questions
        if each.published_at
    ]
    return status(tender) | {"hasEnquiries": bool(told), "enquiries": told}


def _item(item: Item, lot: Lot) -> dict[str, Any]:
    return {
        "id": item.id,
        "description": item.description,
        "classification": {"scheme": item.classification_scheme, "id": item.classification_id},
        "quantity": item.quantity,
        "unit": {"name": item.unit},
        "relatedLot": lot.id,
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {"id": lot.id, "title": lot.title, "value": _value(lot.value)}


def _value(money: Any) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}


def _language(content: Content) -> str:
    return "en" if content.language.startswith("en") else "es"
