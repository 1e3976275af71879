"""Promising a place in the object store for one ciphertext."""

from dataclasses import dataclass
from datetime import datetime

from backbone.database import Transaction
from backbone.errors import Invalid
from backbone.ids import new_id
from backbone.presign import Presigned
from backbone.principal import Principal
from services.bids.domain.tender import check_open
from services.bids.domain.upload import Upload
from services.bids.house import House
from services.bids.store import tenders, uploads


@dataclass(frozen=True)
class Promise:
    """Where to PUT the ciphertext, and until when."""

    upload: str
    presigned: Presigned
    expires_at: datetime


def request_upload(tx: Transaction, house: House, principal: Principal, tender: str, sha256: str, size: int) -> Promise:
    """A presigned PUT for exactly these bytes, bound to this bidder and tender.

    Raises:
        NotFound: no such tender.
        Conflict: bidding is over.
        Invalid: larger than the notice allows.
    """
    found = tenders.find(tx, tender)
    now = tx.now()
    check_open(found, now)
    if size > found.max_envelope_bytes:
        raise Invalid("envelope_too_large", size=size, limit=found.max_envelope_bytes)
    lifetime = house.settings.upload_lifetime
    upload = Upload(new_id(), tender, principal.organisation, new_id(), sha256, size, now + lifetime)
    uploads.add(tx, upload)
    return Promise(upload.id, house.vault.presign(upload, lifetime), upload.expires_at)
