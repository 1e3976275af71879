"""Housekeeping in the background: uploads that no bid came to use, locks that the moved opening outran."""

from backbone.database import Database
from services.bids.house import House
from services.bids.store import bids, uploads

BATCH = 50


def sweep_uploads(database: Database, house: House) -> int:
    """Removes expired uploads without a bid, the object first; returns how many.

    The rows stay locked meanwhile, so that a bid that is just being received either has its upload or is refused.

    Raises:
        Unavailable: a server does not answer; what is left is swept the next time.
    """
    with database.begin() as tx:
        gone = uploads.expired(tx, tx.now(), BATCH)
        for upload in gone:
            house.vault.forget(upload)
        uploads.forget(tx, [upload.id for upload in gone])
    return len(gone)


def extend_locks(database: Database, house: House) -> int:
    """Prolongs the locks of ciphertexts whose tender's opening was put off; returns how many.

    Raises:
        Unavailable: a server does not answer; what is left is done the next time.
    """
    with database.begin() as tx:
        short = bids.short_locks(tx, BATCH)
        for object_key, version_id, until in short:
            house.vault.lock(object_key, version_id, until)
            bids.relock(tx, object_key, until)
    return len(short)
