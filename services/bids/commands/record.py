"""Making a record: signed for the bidder, committed to in the log, kept until the opening reveals it."""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from licita_formats import canonical
from licita_formats.notes import Signer
from licita_formats.receipts import Kind, Receipt, ReceivedFile, sign_receipt
from licita_formats.sealed_bid import record_commitment

from backbone.database import Transaction
from backbone.ids import new_id
from services.bids import events
from services.bids.domain.bid import SealedFile
from services.bids.domain.eligibility import Eligibility
from services.bids.domain.record import Record
from services.bids.domain.tender import Tender
from services.bids.store import records


@dataclass(frozen=True)
class Instant:
    """The authoritative instant, and by how many microseconds the database's clock was ahead of this process's then."""

    at: datetime
    clock_offset: int


def read_clock(tx: Transaction) -> Instant:
    """The present instant by the database.

    The offset is measured against the middle of the question's way there and back; it is good to half that time.
    """
    before = time.time()
    now = tx.now()
    middle = (before + time.time()) / 2
    return Instant(now, round((now.timestamp() - middle) * 1_000_000))


@dataclass(frozen=True)
class Told:
    """What a record is about. `reason` is the code of a refusal, and only of one."""

    kind: Kind
    lot: str
    bid: str
    version: int
    bidder: str
    files: Sequence[SealedFile] = ()
    eligibility: Eligibility | None = None
    reason: str | None = None


def keep_record(tx: Transaction, signer: Signer, tender: Tender, told: Told, instant: Instant, blind: str) -> Record:
    """Signs, keeps and commits to a record; `blind` is 32 bytes in hex, kept secret until the opening."""
    unsigned = Receipt(
        receipt=new_id(),
        kind=told.kind,
        tender=tender.id,
        lot=told.lot,
        bid=told.bid,
        version=told.version,
        files=tuple(ReceivedFile(file.envelope, file.sha256, file.size) for file in told.files),
        received_at=instant.at,
        deadline=tender.deadline,
        clock_offset=instant.clock_offset,
        eligibility_source=told.eligibility.source if told.eligibility else None,
        reason=told.reason,
        bidder=told.bidder,
        notice_version=tender.notice_version,
        envelopes_sha256=envelopes_digest([file.sealed for file in told.files]) if told.files else None,
    )
    receipt = replace(unsigned, commitment=record_commitment(unsigned.record(), bytes.fromhex(blind)))
    record = _record(receipt, blind, sign_receipt(receipt, signer))
    records.add(tx, record)
    tx.emit(events.record_committed(record))
    return record


def envelopes_digest(sealed: Sequence[dict[str, Any]]) -> str:
    """The digest by which a receipt binds the envelopes as they were sent, shares and commitments included."""
    return hashlib.sha256(canonical.dumps(list(sealed))).hexdigest()


def fresh_blind() -> str:
    """A blind of the service's own, for records whose bidder sent none."""
    return secrets.token_hex(32)


def _record(receipt: Receipt, blind: str, statement: str) -> Record:
    assert receipt.commitment is not None
    return Record(
        receipt=receipt.receipt,
        kind=receipt.kind,
        tender=receipt.tender,
        lot=receipt.lot,
        bid=receipt.bid,
        bidder=receipt.bidder or "",
        received_at=receipt.received_at,
        body=receipt.record(),
        blind=blind,
        commitment=receipt.commitment,
        statement=statement,
    )
