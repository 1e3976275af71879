"""A release: one legal act, as published data that never changes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backbone.clock import rfc3339
from services.tenders.domain.notice import Change
from services.tenders.domain.tender import Tender
from services.tenders.ocds.numbers import dumps
from services.tenders.ocds.tender import buyer, buyer_party

# Parts of the data that the core schema leaves to its extensions.
EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_enquiry_extension/v1.1.5/extension.json",
)


def release(
    tender: Tender, release_id: str, tags: Sequence[str], date: datetime, blocks: Mapping[str, Any]
) -> dict[str, Any]:
    """The release; `blocks` are its top-level parts besides the buyer, `parties` those besides the buyer."""
    parties = [buyer_party(tender), *blocks.get("parties", ())]
    return {
        "ocid": tender.ocid,
        "id": release_id,
        "date": rfc3339(date),
        "tag": list(tags),
        "initiationType": "tender",
        "language": tender.content.language,
        "buyer": buyer(tender),
        **{name: block for name, block in blocks.items() if name != "parties"},
        "parties": parties,
    }


def encode(told: dict[str, Any]) -> tuple[bytes, str]:
    """The bytes that are kept and served, and their SHA-256 in hex."""
    body = dumps(told)
    return body, hashlib.sha256(body).hexdigest()


def amendment(
    corrigendum: str, date: datetime, rationale: str, changes: Sequence[Change], amends: str, release_id: str
) -> dict[str, Any]:
    """An entry of `tender.amendments`: what changed, why, from which release to which."""
    return {
        "id": corrigendum,
        "date": rfc3339(date),
        "rationale": rationale,
        "description": "\n".join(f"{each.pointer}: {each.before} -> {each.after}" for each in changes),
        "amendsReleaseID": amends,
        "releaseID": release_id,
    }
