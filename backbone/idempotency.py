"""Stored answers: a repeated act with the same Idempotency-Key gives the first answer and changes nothing."""

import hashlib
import re

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from backbone.errors import Invalid
from backbone.tables import idempotency_keys as keys

KEY = re.compile(r"[\x21-\x7e]{8,128}")
RUNNING = 0


def valid_key(header: str | None) -> str | None:
    """The key, None if the caller sent none.

    Raises:
        Invalid: the key is too short, too long, or not visible ASCII.
    """
    if header is not None and not KEY.fullmatch(header):
        raise Invalid("idempotency_key_malformed")
    return header


def request_digest(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request, as hex SHA-256."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def recall(tx: Transaction, caller: str, key: str, digest: str, *, claim: bool = False) -> tuple[int, bytes] | None:
    """The stored answer; None if this is the first time.

    `claim` takes the key for this transaction, waiting for one that runs now.

    Raises:
        Invalid: the key was used with another request.
    """
    if claim:
        row = {"caller": caller, "key": key, "request_sha256": digest, "status": RUNNING, "body": b""}
        if tx.connection.execute(pg_insert(keys).values(row).on_conflict_do_nothing()).rowcount:
            return None
    found = tx.connection.execute(select(keys).where(keys.c.caller == caller, keys.c.key == key)).one_or_none()
    if found is None:
        return None
    if found.request_sha256 != digest:
        raise Invalid("idempotency_key_reused")
    return found.status, found.body


def store(tx: Transaction, caller: str, key: str, status: int, body: bytes) -> None:
    """Keeps the answer in the transaction of the act itself."""
    tx.connection.execute(
        update(keys).where(keys.c.caller == caller, keys.c.key == key).values(status=status, body=body)
    )
