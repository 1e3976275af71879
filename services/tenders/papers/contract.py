"""The statements of a contract, `licita.contract/v1`, and of a complaint's receipt, `licita.complaint-receipt/v1`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backbone.clock import rfc3339
from services.tenders.domain.award import Award
from services.tenders.domain.complaint import Complaint
from services.tenders.domain.contract import Contract
from services.tenders.domain.envelopes import lot_of
from services.tenders.domain.offers import OpenedBid
from services.tenders.domain.tender import Tender
from services.tenders.papers.shapes import header, plain

CONTRACT = "licita.contract/v1"
COMPLAINT = "licita.complaint-receipt/v1"


def statement(
    tender: Tender,
    contract: Contract,
    award: Award,
    offer: OpenedBid | None,
    names: Mapping[str, str],
    report_sha256: str,
) -> dict[str, Any]:
    """The contract's terms as they follow from notice, offer and award; the body that is signed."""
    lot = lot_of(tender, award.lot)
    described = {item.id: item.description for item in lot.items}
    return {
        "type": CONTRACT,
        **header(tender),
        "contract": contract.id,
        "number": contract.number,
        "award": award.id,
        "lot": {"id": lot.id, "title": lot.title},
        "bid": award.bid,
        "supplier": {"id": contract.supplier, "name": names.get(contract.supplier, contract.supplier)},
        "value": contract.value.as_json(),
        "signedAt": rfc3339(contract.signed_at),
        "reportSha256": report_sha256,
        "items": [
            {
                "id": item.id,
                "description": described.get(item.id, ""),
                "quantity": plain(item.quantity),
                "unitValue": item.unit_value.as_json(),
            }
            for item in (offer.items if offer else ())
        ],
    }


def complaint_receipt(tender: Tender, complaint: Complaint, received_at: datetime) -> dict[str, Any]:
    """What the complainant keeps: that this complaint was in, and when."""
    return {
        "type": COMPLAINT,
        **header(tender),
        "complaint": complaint.id,
        "complainant": complaint.complainant,
        "grounds": complaint.grounds,
        "receivedAt": rfc3339(received_at),
    }
