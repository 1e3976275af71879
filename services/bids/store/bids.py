"""Bids, their versions and the ciphertexts of each version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from backbone.database import Transaction
from backbone.errors import NotFound
from services.bids.domain.bid import Bid, SealedFile, State
from services.bids.domain.tender import Tender
from services.bids.store.tables import bid_versions, bids, locks, sealed_files, tenders


def serialise(tx: Transaction, tender: str, lot: str, bidder: str) -> None:
    """Waits for this bidder's other act on this lot; other bidders are not waited for."""
    name = f"{tender}\n{lot}\n{bidder}"
    tx.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def add(tx: Transaction, bid: Bid, tender: Tender, files: Sequence[SealedFile]) -> None:
    """A new bid with its first version."""
    row = {name: getattr(bid, name) for name in ("id", "tender", "lot", "bidder", "state", "version", "receipt")}
    tx.connection.execute(insert(bids).values(row))
    _add_version(tx, bid, tender, files)


def replace(tx: Transaction, bid: Bid, tender: Tender, files: Sequence[SealedFile]) -> None:
    """A new version takes the place of the last; the old ciphertexts stay as they are and are never opened."""
    tx.connection.execute(update(bids).where(bids.c.id == bid.id).values(version=bid.version, receipt=bid.receipt))
    _add_version(tx, bid, tender, files)


def withdraw(tx: Transaction, bid: str, receipt: str) -> None:
    """The bid is withdrawn."""
    tx.connection.execute(update(bids).where(bids.c.id == bid).values(state=State.WITHDRAWN, receipt=receipt))


def _add_version(tx: Transaction, bid: Bid, tender: Tender, files: Sequence[SealedFile]) -> None:
    tx.connection.execute(
        insert(bid_versions).values(
            bid=bid.id,
            version=bid.version,
            received_at=bid.received_at,
            notice_version=tender.notice_version,
            notice_sha256=tender.notice_sha256,
            receipt=bid.receipt,
        )
    )
    version = {"bid": bid.id, "version": bid.version}
    rows = [{**version, "position": place, **vars(file)} for place, file in enumerate(files)]
    tx.connection.execute(insert(sealed_files), rows)
    held = {"tender": tender.id, "locked_until": tender.keep_until}
    tx.connection.execute(
        insert(locks), [{"object_key": file.object_key, "version_id": file.version_id, **held} for file in files]
    )


def find_own(tx: Transaction, bid: str, bidder: str) -> Bid:
    """The bidder's own bid.

    Raises:
        NotFound: there is none; whether somebody else has one of this id is not told.
    """
    row = tx.connection.execute(_select().where(bids.c.id == bid, bids.c.bidder == bidder)).one_or_none()
    if row is None:
        raise NotFound("bid_unknown", bid=bid)
    return _bid(row)


def find_sealed(tx: Transaction, tender: str, lot: str, bidder: str) -> Bid | None:
    """The bidder's sealed bid for a lot."""
    mine = _select().where(bids.c.tender == tender, bids.c.lot == lot, bids.c.bidder == bidder)
    row = tx.connection.execute(mine.where(bids.c.state == State.SEALED)).one_or_none()
    return _bid(row) if row else None


def of_bidder(tx: Transaction, bidder: str) -> list[Bid]:
    """All bids of a bidder, oldest first."""
    rows = tx.connection.execute(
        _select().where(bids.c.bidder == bidder).order_by(bid_versions.c.received_at, bids.c.id)
    )
    return [_bid(row) for row in rows]


def of_tender(tx: Transaction, tender: str) -> list[Bid]:
    """All bids of a tender. Nothing that is told before the opening may depend on this."""
    return [_bid(row) for row in tx.connection.execute(_select().where(bids.c.tender == tender))]


def files_of(tx: Transaction, chosen: Sequence[Bid]) -> dict[str, list[SealedFile]]:
    """By bid, the ciphertexts of the newest version in the order they were sent."""
    newest = (bids.c.id == sealed_files.c.bid) & (bids.c.version == sealed_files.c.version)
    rows = tx.connection.execute(
        select(sealed_files)
        .join(bids, newest)
        .where(sealed_files.c.bid.in_([bid.id for bid in chosen]))
        .order_by(sealed_files.c.bid, sealed_files.c.position)
    )
    found: dict[str, list[SealedFile]] = {bid.id: [] for bid in chosen}
    for row in rows:
        found[row.bid].append(_file(row))
    return found


def short_locks(tx: Transaction, limit: int) -> list[tuple[str, str, datetime]]:
    """Ciphertexts whose lock ends too early since the opening was moved: object key, version id, needed until."""
    query = select(locks.c.object_key, locks.c.version_id, tenders.c.keep_until)
    rows = tx.connection.execute(
        query.join(tenders, tenders.c.id == locks.c.tender)
        .where(locks.c.locked_until < tenders.c.keep_until)
        .limit(limit)
    )
    return [(row.object_key, row.version_id, row.keep_until) for row in rows]


def relock(tx: Transaction, object_key: str, until: datetime) -> None:
    """The lock was extended."""
    tx.connection.execute(update(locks).where(locks.c.object_key == object_key).values(locked_until=until))


def _select() -> Select[Any]:
    newest = (bid_versions.c.bid == bids.c.id) & (bid_versions.c.version == bids.c.version)
    return select(bids, bid_versions.c.received_at, bid_versions.c.notice_version).join(bid_versions, newest)


def _bid(row: Row[Any]) -> Bid:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    return Bid(**{**values, "state": State(values["state"])})


def _file(row: Row[Any]) -> SealedFile:
    return SealedFile(row.envelope, row.sha256, row.size, row.object_key, row.version_id, row.sealed)
