"""Debarments and the versions of their list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from backbone.database import Transaction
from services.vendors.domain.debarment import Debarment, list_digest
from services.vendors.store.tables import debarments, list_versions

LIST_LOCK = 0x64656261  # the list's versions are made one at a time


def add(tx: Transaction, debarment: Debarment, *, by: str, at: datetime) -> None:
    """Writes a new debarment."""
    row = {
        "id": debarment.id,
        "vendor": debarment.vendor,
        "grounds": debarment.grounds,
        "authority": debarment.authority,
        "legal_basis": debarment.legal_basis,
        "starts_at": debarment.starts_at,
        "ends_at": debarment.ends_at,
        "decided_at": at,
        "decided_by": by,
    }
    tx.connection.execute(insert(debarments), row)


def load(tx: Transaction, vendor_id: str, debarment_id: str) -> Debarment | None:
    """One debarment of one supplier, held against other transactions."""
    of_vendor = select(debarments).where(debarments.c.id == debarment_id, debarments.c.vendor == vendor_id)
    row = tx.connection.execute(of_vendor.with_for_update()).one_or_none()
    return as_debarment(row) if row else None


def lift(tx: Transaction, debarment_id: str, *, grounds: str, by: str, at: datetime) -> None:
    """Ends a debarment before its time."""
    ended = {"lifted_at": at, "lifted_by": by, "lifting_grounds": grounds}
    tx.connection.execute(update(debarments).where(debarments.c.id == debarment_id).values(ended))


def of_vendors(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Debarment]]:
    """All debarments of these suppliers, ended ones too."""
    found: dict[str, list[Debarment]] = {}
    for row in tx.connection.execute(select(debarments).where(debarments.c.vendor.in_(ids))):
        found.setdefault(row.vendor, []).append(as_debarment(row))
    return found


def as_debarment(row: Row[Any]) -> Debarment:
    """A row of `debarments` as the domain knows it."""
    return Debarment(
        id=row.id,
        vendor=row.vendor,
        grounds=row.grounds,
        authority=row.authority,
        legal_basis=row.legal_basis,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        lifted_at=row.lifted_at,
        lifting_grounds=row.lifting_grounds,
    )


def lock_list(tx: Transaction) -> None:
    """Waits until no other transaction is changing the list."""
    tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LIST_LOCK})


def new_version(tx: Transaction, at: datetime) -> None:
    """Numbers the list as it stands now; to be called with the list locked."""
    number = _newest(tx)[0] + 1
    digest = list_digest(as_debarment(row) for row in tx.connection.execute(select(debarments)))
    tx.connection.execute(insert(list_versions), {"number": number, "sha256": digest, "made_at": at})


def list_version(tx: Transaction) -> str:
    """The version in force, `<number>/<hex SHA-256 of the list>`; number 0 before the first debarment."""
    number, digest = _newest(tx)
    return f"{number}/{digest}"


def _newest(tx: Transaction) -> tuple[int, str]:
    newest = select(list_versions.c.number, list_versions.c.sha256).order_by(list_versions.c.number.desc()).limit(1)
    row = tx.connection.execute(newest).one_or_none()
    return (row.number, row.sha256) if row else (0, list_digest([]))
