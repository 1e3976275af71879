"""Receiving a bid or its replacement.

`prepare` does what is slow and needs no lock: the supplier's eligibility, reading and locking the ciphertexts. The
commands then decide in one short transaction, with the tender locked against change, at an instant read after that
lock. Two bidders never wait for each other; one bidder's own acts on a lot wait in line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licita_formats.sealed_bid import EnvelopeRefused, check_envelope

from backbone.database import Database, Transaction
from backbone.errors import Conflict, Invalid
from backbone.ids import new_id
from backbone.principal import Principal
from services.bids.commands.record import Instant, Told, keep_record, read_clock
from services.bids.domain.bid import Act, Bid, SealedFile, State, decide_replace, decide_seal
from services.bids.domain.eligibility import SOURCE_PROJECTION, Eligibility, check_eligible, decide_locally
from services.bids.domain.record import Record
from services.bids.domain.tender import Tender
from services.bids.domain.upload import Upload
from services.bids.house import House
from services.bids.store import bids, tenders, uploads, vendors


@dataclass(frozen=True)
class Sealing:
    """What a bidder sends: the lot, for each envelope its upload and sealed-bid envelope, and the blind in hex."""

    lot: str
    envelopes: Sequence[tuple[str, dict[str, Any]]]
    blind: str


@dataclass(frozen=True)
class Prepared:
    """Every byte is in the store under lock, and verified. `eligibility` is the answer at that time."""

    files: Sequence[SealedFile]
    eligibility: Eligibility


@dataclass(frozen=True)
class Received:
    """A bid as it now stands and the record of this act."""

    bid: Bid
    record: Record


def prepare(
    database: Database, house: House, principal: Principal, target: str, sealing: Sealing, act: Act
) -> Prepared:
    """Checks everything that can be checked before the transaction, then takes the ciphertexts into the store's lock.

    `target` is the tender for a new bid, the bid for a replacement. What can be refused is refused before anything is
    locked, so that late or unfit uploads do not stay.

    Raises:
        NotFound: no such tender, bid or upload of this bidder.
        Conflict: as the domain decides, or nothing was uploaded.
        Forbidden: the supplier may not bid.
        Invalid: an envelope or a ciphertext is not what this tender expects; the code says how.
        Unavailable: the store does not answer.
    """
    asked = house.vendors.check_eligibility(principal.organisation)
    with database.read() as tx:
        tender, bid = _find(tx, principal, target, sealing.lot, act)
        now = tx.now()
        version = _decide(tender, bid, sealing.lot, Instant(now, 0), act)
        eligibility = asked or decide_locally(*vendors.standing(tx, principal.organisation), now)
        check_eligible(eligibility)
        promised = [
            uploads.find(tx, upload, tender=tender.id, bidder=principal.organisation) for upload, _ in sealing.envelopes
        ]
    check_sealed(tender, sealing, principal.organisation, version)
    for upload, (_, sealed) in zip(promised, sealing.envelopes, strict=True):
        _check_promise(upload, sealed)
    files = [
        house.vault.take(upload, sealed, tender.keep_until)
        for upload, (_, sealed) in zip(promised, sealing.envelopes, strict=True)
    ]
    return Prepared(files, eligibility)


def receive(
    tx: Transaction, house: House, principal: Principal, target: str, sealing: Sealing, prepared: Prepared, act: Act
) -> Received:
    """Decides and keeps: bid, record, event and signed receipt in one transaction.

    Raises:
        Conflict: not on time, or the bid's state does not allow it.
        Forbidden: the supplier may not bid.
        Invalid: the notice changed meanwhile and the envelopes answer the one before.
    """
    bidder = principal.organisation
    tender, bid = _find(tx, principal, target, sealing.lot, act, share=True)
    instant = read_clock(tx)
    version = _decide(tender, bid, sealing.lot, instant, act)
    eligibility = _still_eligible(tx, prepared.eligibility, bidder, instant)
    check_sealed(tender, sealing, bidder, version)
    if not all(uploads.commit(tx, upload) for upload, _ in sealing.envelopes):
        raise Conflict("upload_used")
    bid_id = bid.id if bid and act is Act.REPLACE else new_id()
    told = Told(act.value, sealing.lot, bid_id, version, bidder, prepared.files, eligibility)
    record = keep_record(tx, house.signer, tender, told, instant, sealing.blind)
    received = Bid(
        bid_id, tender.id, sealing.lot, bidder, State.SEALED, version, record.receipt, instant.at, tender.notice_version
    )
    keep = bids.replace if act is Act.REPLACE else bids.add
    keep(tx, received, tender, prepared.files)
    return Received(received, record)


def check_sealed(tender: Tender, sealing: Sealing, bidder: str, version: int) -> None:
    """The envelopes are exactly those of the notice, each bound to this tender, lot, bidder, version and committee.

    Raises:
        Invalid: another set of envelopes, or one that is not so bound; the code says how.
    """
    names = [_name(sealed) for _, sealed in sealing.envelopes]
    if sorted(names) != sorted(tender.envelopes):
        raise Invalid("envelopes_differ", expected=", ".join(tender.envelopes), given=", ".join(names))
    for name, (_, sealed) in zip(names, sealing.envelopes, strict=True):
        try:
            check_envelope(
                sealed, expected=tender.context(sealing.lot, name, bidder, version), committee=tender.committee
            )
        except EnvelopeRefused as error:
            raise Invalid(error.code, **error.params) from error


def _name(sealed: dict[str, Any]) -> str:
    context = sealed.get("context")
    name = context.get("envelope") if isinstance(context, dict) else None
    return name if isinstance(name, str) else "?"


def _check_promise(upload: Upload, sealed: dict[str, Any]) -> None:
    told = sealed["ciphertext"]
    if (told["sha256"], told["size"]) != (upload.sha256, upload.size):
        raise Invalid("upload_differs", upload=upload.id)


def _find(
    tx: Transaction, principal: Principal, target: str, lot: str, act: Act, *, share: bool = False
) -> tuple[Tender, Bid | None]:
    """The tender and the bidder's bid on that lot, if any; `share` locks the one and puts the bidder's acts in line."""
    bidder = principal.organisation
    if act is Act.REPLACE:
        bid = bids.find_own(tx, target, bidder)
        tender = tenders.find(tx, bid.tender, share=share)
        if share:
            bids.serialise(tx, bid.tender, bid.lot, bidder)
            bid = bids.find_own(tx, target, bidder)
        return tender, bid
    tender = tenders.find(tx, target, share=share)
    if share:
        bids.serialise(tx, target, lot, bidder)
    return tender, bids.find_sealed(tx, target, lot, bidder)


def _decide(tender: Tender, bid: Bid | None, lot: str, instant: Instant, act: Act) -> int:
    """The version that the act makes."""
    if act is Act.REPLACE:
        assert bid is not None
        return decide_replace(tender, bid, lot, instant.at)[1]
    return decide_seal(tender, bid, lot, instant.at)[1]


def _still_eligible(tx: Transaction, answer: Eligibility, bidder: str, instant: Instant) -> Eligibility:
    """The register's answer of a moment ago stands; the own copy is looked at again at the instant that counts."""
    if answer.source == SOURCE_PROJECTION:
        answer = decide_locally(*vendors.standing(tx, bidder), instant.at)
        check_eligible(answer)
    return answer
