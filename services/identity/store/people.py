"""Accounts and attempts to enter them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from services.identity.domain.account import Person
from services.identity.domain.throttle import Attempts
from services.identity.store.tables import attempts, people


def add(tx: Transaction, person: Person) -> bool:
    """Writes a new account; false if the e-mail address has one, and nothing is changed."""
    row = {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "password_hash": person.password_hash,
        "totp_sealed": person.totp_sealed,
        "created_at": person.last_seen_at,
        "last_seen_at": person.last_seen_at,
    }
    return bool(tx.connection.execute(pg_insert(people).values(row).on_conflict_do_nothing()).rowcount)


def load(tx: Transaction, person_id: str, *, lock: bool = False) -> Person | None:
    """The account, with `lock` so that no other transaction changes it or its roles meanwhile."""
    return _one(tx, select(people).where(people.c.id == person_id), lock=lock)


def by_email(tx: Transaction, email: str, *, lock: bool = False) -> Person | None:
    """The account of an e-mail address in its normal form."""
    return _one(tx, select(people).where(people.c.email == email), lock=lock)


def load_many(tx: Transaction, ids: Sequence[str]) -> dict[str, Person]:
    """Those that exist, by id."""
    return {row.id: as_person(row) for row in tx.connection.execute(select(people).where(people.c.id.in_(ids)))}


def change(tx: Transaction, person_id: str, **values: Any) -> None:
    """Writes some of the columns of `people`."""
    tx.connection.execute(update(people).where(people.c.id == person_id).values(**values))


def as_person(row: Row[Any]) -> Person:
    """A row of `people` as the domain knows it."""
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        last_seen_at=row.last_seen_at,
        password_hash=row.password_hash,
        totp_sealed=row.totp_sealed,
        totp_pending=row.totp_pending,
        totp_step=row.totp_step,
    )


def _one(tx: Transaction, query: Select[Any], *, lock: bool) -> Person | None:
    row = tx.connection.execute(query.with_for_update() if lock else query).one_or_none()
    return as_person(row) if row else None


def account_key(email: str) -> str:
    """Under which attempts are counted, for known and unknown addresses alike."""
    return hashlib.sha256(email.encode()).hexdigest()


def hold_attempts(tx: Transaction, email: str, now: datetime) -> Attempts:
    """The account's attempts, locked against other transactions; none yet is zero failures."""
    key = account_key(email)
    row = {"account_sha256": key, "failures": 0, "last_at": now}
    tx.connection.execute(pg_insert(attempts).values(row).on_conflict_do_nothing())
    held = select(attempts).where(attempts.c.account_sha256 == key).with_for_update()
    found = tx.connection.execute(held).one()
    return Attempts(found.failures, found.last_at)


def keep_attempts(tx: Transaction, email: str, counted: Attempts) -> None:
    """Writes the count."""
    values = {"failures": counted.failures, "last_at": counted.last_at}
    tx.connection.execute(update(attempts).where(attempts.c.account_sha256 == account_key(email)).values(values))


def forgive(tx: Transaction, email: str) -> None:
    """Forgets all failures, after a full success."""
    tx.connection.execute(delete(attempts).where(attempts.c.account_sha256 == account_key(email)))


def take_back(tx: Transaction, email: str) -> None:
    """Uncounts one attempt that proved right as far as it went."""
    one_less = update(attempts).where(attempts.c.account_sha256 == account_key(email), attempts.c.failures > 0)
    tx.connection.execute(one_less.values(failures=attempts.c.failures - 1))
