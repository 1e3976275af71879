"""The terms that a bid answers, for sealing on the bidder's device."""

from typing import Any

from backbone.database import Transaction
from services.bids.store import tenders


def terms(tx: Transaction, tender_id: str) -> dict[str, Any]:
    """Notice version, deadline, lots, envelopes, committee, size limit, and the server's time.

    Raises:
        NotFound: no such tender.
    """
    tender = tenders.find(tx, tender_id)
    members = [{"member": each.member, "recipient": str(each.recipient)} for each in tender.committee.members]
    return {
        "tender": tender.id,
        "notice": {"version": tender.notice_version, "sha256": tender.notice_sha256},
        "tender_period": {"end_date": tender.deadline},
        "opening_date": tender.opening_at,
        "server_time": tx.now(),
        "time_zone": tender.time_zone,
        "lots": [lot for lot in tender.lots if lot not in tender.closed_lots],
        "envelopes": tender.envelopes,
        "committee": {"threshold": tender.committee.k, "members": members, "sha256": tender.committee.sha256()},
        "max_envelope_bytes": tender.max_envelope_bytes,
    }
