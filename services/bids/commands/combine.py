"""Opening a stage once the quorum is there: all bids are unsealed, then all are revealed in one transaction, or none.

Runs in the background and may be killed at any point: until that transaction commits nothing is announced, and the
next run begins again from what the members handed in; after it, there is nothing left to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from licita_formats.statements import sign_statement

from backbone.database import Database, Transaction
from backbone.errors import Unavailable
from services.bids import events, papers
from services.bids.commands.unseal import unseal
from services.bids.domain import acta
from services.bids.domain.acta import Facts, Party
from services.bids.domain.bid import Bid, SealedFile
from services.bids.domain.opening import Batch, OpeningState, Result, abandoned_lots, may_combine
from services.bids.domain.record import Record
from services.bids.domain.tender import Tender, stage_index
from services.bids.house import House
from services.bids.store import bids, openings, records, tenders, vendors
from services.bids.store.stages import stage_bids

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stage:
    """A stage about to be opened, as one snapshot saw it. `files` are those of each chosen bid's newest version."""

    tender: Tender
    envelope: str
    batches: Sequence[Batch]
    bids: Sequence[Bid]
    chosen: Sequence[Bid]
    files: Mapping[str, Sequence[SealedFile]]
    records: Sequence[Record]


def open_due_stages(database: Database, house: House) -> int:
    """Opens every stage whose quorum is complete; returns how many were announced.

    Trouble with one stage does not stop the others. What was not announced is done again the next time.

    Raises:
        Unavailable: the database is away.
    """
    with database.read() as tx:
        due = openings.unfinished(tx)
    return sum(_advance_alone(database, house, *stage) for stage in due)


def _advance_alone(database: Database, house: House, tender: str, envelope: str, state: OpeningState) -> bool:
    try:
        return _advance(database, house, tender, envelope, state)
    except Unavailable as error:
        log.warning("opening_waits", tender=tender, envelope=envelope, error=str(error))
    except Exception:
        log.exception("opening_failed", tender=tender, envelope=envelope)
    return False


def _advance(database: Database, house: House, tender: str, envelope: str, state: OpeningState) -> bool:
    if state is not OpeningState.COMBINING and not begin_combining(database, tender, envelope):
        return False
    with database.read() as tx:
        stage = _look(tx, tender, envelope)
    outcomes = [_unseal(house, stage, bid) for bid in stage.chosen]
    people, parties = _names(database, house, stage)
    with database.begin() as tx:
        return announce(tx, house, stage, outcomes, people, parties)


def begin_combining(database: Database, tender_id: str, envelope: str) -> bool:
    """Whether the quorum is there now, though no batch came: the wait for further shares may have ended."""
    with database.begin() as tx:
        tender = tenders.find(tx, tender_id, update_lock=True)
        state = openings.state(tx, tender_id, envelope, lock=True)
        batches = openings.batches(tx, tender_id, envelope)
        if state is not OpeningState.COLLECTING or tender.cancelled or not batches:
            return False
        chosen = [bid.id for bid in stage_bids(tx, tender, envelope)]
        if not may_combine(tender, chosen, batches, tx.now()):
            return False
        openings.set_state(tx, tender_id, envelope, OpeningState.COMBINING)
        return True


def announce(
    tx: Transaction,
    house: House,
    stage: Stage,
    outcomes: Sequence[Result],
    people: Mapping[str, str],
    parties: Mapping[str, Party],
) -> bool:
    """Reveals all bids of the stage with the acta, in this one transaction; false if it was done already."""
    tender = tenders.find(tx, stage.tender.id, update_lock=True)
    state = openings.state(tx, tender.id, stage.envelope, lock=True)
    if state is not OpeningState.COMBINING or tender.cancelled or tender != stage.tender:
        return False
    abandoned = _abandoned(stage)
    facts = Facts(
        tender=tender,
        envelope=stage.envelope,
        opened_at=tx.now(),
        batches=stage.batches,
        bids=stage.bids,
        files={bid.id: _file(stage, bid) for bid in stage.chosen},
        results={result.bid: result for result in outcomes},
        records=stage.records,
        abandoned=abandoned,
        people=people,
        parties=parties,
    )
    sha256 = _write_acta(tx, house, facts)
    openings.add_results(tx, tender.id, stage.envelope, list(outcomes))
    tenders.close_lots(tx, tender.id, abandoned)
    final = OpeningState.OPENED if stage.chosen else OpeningState.ABANDONED
    openings.set_state(tx, tender.id, stage.envelope, final, opened_at=facts.opened_at, acta_sha256=sha256)
    _tell(tx, facts, stage, sha256)
    return True


def _look(tx: Transaction, tender_id: str, envelope: str) -> Stage:
    tender = tenders.find(tx, tender_id)
    chosen = stage_bids(tx, tender, envelope)
    return Stage(
        tender=tender,
        envelope=envelope,
        batches=openings.batches(tx, tender_id, envelope),
        bids=_in_order(bids.of_tender(tx, tender_id)),
        chosen=chosen,
        files=bids.files_of(tx, chosen),
        records=records.of_tender(tx, tender_id),
    )


def _in_order(unordered: Sequence[Bid]) -> list[Bid]:
    return sorted(unordered, key=lambda bid: (bid.lot, bid.received_at, bid.id))


def _unseal(house: House, stage: Stage, bid: Bid) -> Result:
    record = next(each for each in stage.records if each.receipt == bid.receipt)
    return unseal(house.vault, stage.tender, stage.envelope, record, stage.files[bid.id], stage.batches)


def _file(stage: Stage, bid: Bid) -> SealedFile:
    return next(file for file in stage.files[bid.id] if file.envelope == stage.envelope)


def _abandoned(stage: Stage) -> list[str]:
    return [] if stage_index(stage.tender, stage.envelope) else abandoned_lots(stage.tender, stage.bids)


def _names(database: Database, house: House, stage: Stage) -> tuple[dict[str, str], dict[str, Party]]:
    """Names for the acta: the committee's from identity, the bidders' from the register or from its events."""
    people = house.people.names([batch.member for batch in stage.batches])
    bidders = sorted({record.bidder for record in stage.records})
    try:
        return people, house.vendors.describe(bidders) if bidders else {}
    except Unavailable:
        with database.read() as tx:
            known = vendors.parties(tx, bidders)
        return people, {
            each: Party(each, party["legal_name"], party["scheme"], party["identifier"])
            for each, party in known.items()
        }


def _write_acta(tx: Transaction, house: House, facts: Facts) -> str:
    body = acta.write(facts)
    sha256 = acta.digest(body)
    openings.add_acta(
        tx,
        facts.tender.id,
        facts.envelope,
        sha256=sha256,
        statement=sign_statement(body, house.signer),
        pages=papers.acta_pages(body, sha256),
        at=facts.opened_at,
    )
    return sha256


def _tell(tx: Transaction, facts: Facts, stage: Stage, acta_sha256: str) -> None:
    """Records of lots that were given up stay hidden: nothing of them was opened."""
    shown = {record.receipt: record for record in facts.records if record.lot not in facts.abandoned}
    fresh = set(records.mark_revealed(tx, list(shown)))
    for receipt, record in shown.items():
        if receipt in fresh:
            tx.emit(events.record_revealed(record))
    for bid in stage.chosen:
        tx.emit(events.bid_opened(facts, bid))
    for event in events.openings_abandoned(facts.tender.id, facts.abandoned):
        tx.emit(event)
    if stage.chosen:
        tx.emit(events.opening_completed(facts, stage.chosen, acta_sha256))
