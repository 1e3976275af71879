"""Parts that all papers share."""

from decimal import Decimal
from typing import Any

from services.tenders.domain.tender import Tender


def plain(number: Decimal) -> str:
    """Plain digits, no exponent."""
    return format(number, "f")


def header(tender: Tender) -> dict[str, Any]:
    """Which tender the paper belongs to."""
    return {
        "tender": tender.id,
        "ocid": tender.ocid,
        "title": tender.content.title,
        "buyer": {"id": tender.buyer, "name": tender.buyer_name},
        "notice": {"version": tender.notice_version, "sha256": tender.notice_sha256},
        "policy": tender.policy.reference,
        "timeZone": tender.zone.key,
    }
