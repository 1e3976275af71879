"""The blocks `awards`, `contracts` and `parties` of a release."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from backbone.clock import rfc3339
from backbone.money import Money
from services.tenders.domain.award import Award, Decision
from services.tenders.domain.contract import Contract
from services.tenders.domain.envelopes import lot_of
from services.tenders.domain.paper import Paper
from services.tenders.domain.tender import Tender
from services.tenders.ocds.tender import status

HTML = "text/html"


def award_blocks(
    tender: Tender, decision: Decision, report: Paper, names: Mapping[str, str], base: str
) -> dict[str, Any]:
    """The awards as they stand after a decision, a confirmation or a cancellation."""
    suppliers = [award.supplier for award in decision.awards if award.supplier]
    return {
        "parties": parties(suppliers, names),
        "tender": status(tender),
        "awards": [_award(tender, decision, each, report, names, base) for each in decision.awards],
    }


def contract_blocks(
    tender: Tender, contract: Contract, award: Award, paper: Paper, names: Mapping[str, str], base: str
) -> dict[str, Any]:
    """One signed contract."""
    url = urljoin(base, f"/v1/tenders/{tender.id}/contracts/{contract.id}.html")
    return {
        "parties": parties([contract.supplier], names),
        "tender": status(tender),
        "contracts": [
            {
                "id": contract.id,
                "awardID": award.id,
                "title": f"{contract.number}: {lot_of(tender, award.lot).title}",
                "status": "active",
                "value": _value(contract.value),
                "dateSigned": rfc3339(contract.signed_at),
                "documents": [_document(paper, "contractSigned", url)],
            }
        ],
    }


def parties(suppliers: Iterable[str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Suppliers, each once."""
    return [
        {"id": each, "name": names.get(each, each), "roles": ["tenderer", "supplier"]}
        for each in dict.fromkeys(suppliers)
    ]


def _award(
    tender: Tender, decision: Decision, award: Award, report: Paper, names: Mapping[str, str], base: str
) -> dict[str, Any]:
    lot = lot_of(tender, award.lot)
    url = urljoin(base, f"/v1/tenders/{tender.id}/evaluation/report.html")
    told: dict[str, Any] = {
        "id": award.id,
        "title": lot.title,
        "status": award.status,
        "date": rfc3339(decision.decided_at),
        "relatedLots": [award.lot],
        "documents": [_document(report, "evaluationReports", url)],
    }
    if award.grounds:
        told["description"] = award.grounds
    if award.value is not None:
        supplier = {"id": award.supplier, "name": names.get(award.supplier, award.supplier)}
        told |= {"value": _value(award.value), "suppliers": [supplier]}
    return told


def _document(paper: Paper, document_type: str, url: str) -> dict[str, Any]:
    return {
        "id": paper.id,
        "documentType": document_type,
        "title": paper.kind,
        "url": url,
        "datePublished": rfc3339(paper.issued_at),
        "format": HTML,
        "description": f"sha256:{paper.sha256}",
    }


def _value(value: Money) -> dict[str, Any]:
    return {"amount": value.amount, "currency": value.currency}
