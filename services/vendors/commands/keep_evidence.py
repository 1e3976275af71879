"""Keeping evidence: the file goes to the store first, then the row and the event."""

from datetime import datetime

from backbone.database import Transaction
from backbone.principal import Principal
from backbone.uploads import Upload
from services.vendors import events
from services.vendors.commands.register import must_load, must_own
from services.vendors.domain.evidence import Evidence, check_validity
from services.vendors.store import evidence


def add_evidence(
    tx: Transaction,
    principal: Principal,
    vendor_id: str,
    *,
    evidence_id: str,
    upload: Upload,
    kind: str,
    title: str,
    valid_until: datetime | None,
) -> Evidence:
    """Keeps a paper whose file is in the store under `evidence_id`.

    Raises:
        Forbidden: another supplier's entry.
        Invalid: the paper has expired.
        NotFound: not registered.
    """
    must_own(principal, vendor_id)
    must_load(tx, vendor_id)
    now = tx.now()
    check_validity(valid_until, now)
    paper = Evidence(
        id=evidence_id,
        vendor=vendor_id,
        kind=kind,
        title=title,
        file_name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        valid_until=valid_until,
        added_at=now,
    )
    evidence.add(tx, paper, principal.person)
    tx.emit(events.evidence_added(paper, principal.person))
    return paper
