"""The acta of an opening (`licita.acta/v1`): everything that was announced, as one object in canonical JSON."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from licita_formats import canonical

from backbone.clock import rfc3339
from services.bids.domain.bid import Bid, SealedFile, State
from services.bids.domain.opening import Batch, Result
from services.bids.domain.record import Record
from services.bids.domain.tender import Tender

TYPE = "licita.acta/v1"
ANNEX_TYPE = "licita.acta-annex/v1"
LATE = "deadline_passed"


@dataclass(frozen=True)
class Party:
    """A supplier as the public register names it."""

    id: str
    name: str
    scheme: str
    identifier: str


@dataclass(frozen=True)
class Facts:
    """All that an acta of one stage is made of. `bids` are all bids of the tender, `files` and `results` by bid."""

    tender: Tender
    envelope: str
    opened_at: datetime
    batches: Sequence[Batch]
    bids: Sequence[Bid]
    files: Mapping[str, SealedFile]
    results: Mapping[str, Result]
    records: Sequence[Record]
    abandoned: Sequence[str]
    people: Mapping[str, str]
    parties: Mapping[str, Party]


def write(facts: Facts) -> dict[str, Any]:
    """The acta's body. Lots given up for too few bids name no bidder, nothing of them was opened."""
    tender = facts.tender
    hidden = set(facts.abandoned)
    shown = [record for record in facts.records if record.lot not in hidden]
    blinds = {record.receipt: record for record in facts.records}
    return {
        "type": TYPE,
        "tender": tender.id,
        "ocid": tender.ocid,
        "title": tender.title,
        "buyer": {"id": tender.buyer, "name": tender.buyer_name},
        "envelope": facts.envelope,
        "deadline": rfc3339(tender.deadline),
        "openingAt": rfc3339(tender.opening_at),
        "openedAt": rfc3339(facts.opened_at),
        "timeZone": tender.time_zone,
        "noticeVersion": tender.notice_version,
        "noticeSha256": tender.notice_sha256,
        "committee": {"threshold": tender.committee.k, "sha256": tender.committee.sha256()},
        "attendees": [_attendee(facts, batch) for batch in facts.batches],
        "bids": [_opened(facts, bid, blinds[bid.receipt]) for bid in facts.bids if bid.id in facts.results],
        "notOpened": [_not_opened(facts, bid) for bid in _left_sealed(facts, hidden)],
        "replacements": [_told(facts, record) for record in shown if record.kind == "replaced"],
        "withdrawals": [_told(facts, record) for record in shown if record.kind == "withdrawn"],
        "lateAttempts": [_told(facts, record) for record in shown if _reason(record) == LATE],
        "otherRefusals": [_told(facts, record) for record in shown if _reason(record) not in {"", LATE}],
        "abandonedLots": [{"lot": lot, "title": tender.lots[lot]} for lot in facts.abandoned],
    }


def digest(body: dict[str, Any]) -> str:
    """The acta's SHA-256, over its canonical JSON."""
    return hashlib.sha256(canonical.dumps(body)).hexdigest()


def annex(acta_sha256: str, tender: Tender, envelope: str, number: int, **told: str) -> dict[str, Any]:
    """The body of an annex: it adds to the acta that has this digest and changes nothing in it."""
    return {
        "type": ANNEX_TYPE,
        "tender": tender.id,
        "envelope": envelope,
        "actaSha256": acta_sha256,
        "number": number,
        **told,
    }


def _attendee(facts: Facts, batch: Batch) -> dict[str, Any]:
    unusable = sorted(bid for bid, share in batch.shares.items() if share is None)
    return {
        "member": batch.member,
        "name": facts.people.get(batch.member, ""),
        "handedInAt": rfc3339(batch.received_at),
        "batchSha256": batch.sha256,
        "unusableShares": unusable,
    }


def _opened(facts: Facts, bid: Bid, record: Record) -> dict[str, Any]:
    result, file = facts.results[bid.id], facts.files[bid.id]
    return {
        "bid": bid.id,
        "lot": bid.lot,
        "bidder": _party(facts, bid.bidder),
        "version": bid.version,
        "noticeVersion": bid.notice_version,
        "answersCurrentNotice": bid.notice_version == facts.tender.notice_version,
        "receivedAt": rfc3339(bid.received_at),
        "receipt": bid.receipt,
        "commitment": record.commitment,
        "blind": record.blind,
        "ciphertext": {"sha256": file.sha256, "size": file.size},
        "result": result.result,
        "failure": result.failure,
        "identity": result.identity,
        "offer": result.offer,
        "documents": [
            {name: value for name, value in document.items() if name != "key"} for document in result.documents
        ],
    }


def _left_sealed(facts: Facts, hidden: set[str]) -> list[Bid]:
    """Bids whose envelope of this stage is never opened although they were not withdrawn."""
    sealed = [bid for bid in facts.bids if bid.state == State.SEALED and bid.id not in facts.results]
    return [bid for bid in sealed if bid.lot not in hidden | facts.tender.closed_lots]


def _not_opened(facts: Facts, bid: Bid) -> dict[str, Any]:
    return {"bid": bid.id, "lot": bid.lot, "bidder": _party(facts, bid.bidder), "reason": "technical_not_passed"}


def _told(facts: Facts, record: Record) -> dict[str, Any]:
    """A record without what it was about in bytes: who, which lot, when, and for a refusal why."""
    return {
        "receipt": record.receipt,
        "lot": record.lot,
        "bid": record.bid,
        "bidder": _party(facts, record.bidder),
        "receivedAt": rfc3339(record.received_at),
        "reason": _reason(record),
    }


def _reason(record: Record) -> str:
    """Why it was refused; empty for what was not."""
    return record.body["reason"] or ""


def _party(facts: Facts, vendor: str) -> dict[str, str]:
    return asdict(facts.parties.get(vendor, Party(vendor, "", "", "")))
