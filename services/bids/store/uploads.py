"""Uploads: places in the object store that were promised to one bidder for one tender."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from backbone.database import Transaction
from backbone.errors import NotFound
from services.bids.domain.upload import Upload
from services.bids.store.tables import uploads


def add(tx: Transaction, upload: Upload) -> None:
    """Keeps the promise."""
    tx.connection.execute(insert(uploads).values(upload.__dict__))


def find(tx: Transaction, upload: str, *, tender: str, bidder: str) -> Upload:
    """The bidder's own upload for this tender that no bid uses yet.

    Raises:
        NotFound: there is none; whether somebody else has one of this id is not told.
    """
    query = select(uploads).where(uploads.c.id == upload, uploads.c.committed.is_(False))
    row = tx.connection.execute(query.where(uploads.c.tender == tender, uploads.c.bidder == bidder)).one_or_none()
    if row is None:
        raise NotFound("upload_unknown", upload=upload)
    return Upload(**row._mapping)  # noqa: SLF001 - the documented way to a row's names


def commit(tx: Transaction, upload: str) -> bool:
    """Marks it as part of a bid; false if another transaction did so first."""
    marked = update(uploads).where(uploads.c.id == upload, uploads.c.committed.is_(False)).values(committed=True)
    return bool(tx.connection.execute(marked).rowcount)


def expired(tx: Transaction, now: datetime, limit: int) -> Sequence[Upload]:
    """Promises that ran out without a bid; locked, and left to whoever holds them already."""
    query = select(uploads).where(uploads.c.committed.is_(False), uploads.c.expires_at < now)
    rows = tx.connection.execute(query.limit(limit).with_for_update(skip_locked=True))
    return [Upload(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a row's names


def forget(tx: Transaction, ids: Sequence[str]) -> None:
    """The objects are gone, so are the promises."""
    tx.connection.execute(delete(uploads).where(uploads.c.id.in_(ids)))
