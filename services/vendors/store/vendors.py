"""Suppliers: rows from and to the domain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from backbone.ids import new_id
from services.vendors.domain.category import Category
from services.vendors.domain.standing import Standing, Status
from services.vendors.domain.vendor import Address, ContactPoint, Identifier, Representative, Vendor
from services.vendors.store.tables import categories, decisions, links, traits, vendors

REGISTER_LOCK = 0x76656E64  # one at a time: two new suppliers must see what they share


def lock_register(tx: Transaction) -> None:
    """Waits until no other transaction is registering."""
    tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REGISTER_LOCK})


def add(tx: Transaction, vendor: Vendor, by: str) -> bool:
    """Writes a new supplier; false if the organisation or its identifier is there already, and nothing is changed."""
    row = {
        "id": vendor.id,
        "legal_name": vendor.legal_name,
        "scheme": vendor.identifier.scheme,
        "identifier": vendor.identifier.id,
        "address": asdict(vendor.address),
        "contact_point": asdict(vendor.contact_point),
        "representative": asdict(vendor.representative) if vendor.representative else None,
        "status": vendor.standing.status,
        "registered_at": vendor.registered_at,
        "registered_by": by,
    }
    return bool(tx.connection.execute(pg_insert(vendors).values(row).on_conflict_do_nothing()).rowcount)


def load(tx: Transaction, vendor_id: str, *, lock: bool = False) -> Vendor | None:
    """The supplier, with `lock` so that no other transaction changes it meanwhile."""
    query: Select[Any] = select(vendors).where(vendors.c.id == vendor_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).one_or_none()
    return as_vendor(row, followed(tx, [vendor_id]).get(vendor_id, ())) if row else None


def load_many(tx: Transaction, ids: Sequence[str]) -> dict[str, Vendor]:
    """Those that exist, by id, without their categories."""
    rows = tx.connection.execute(select(vendors).where(vendors.c.id.in_(ids)))
    return {row.id: as_vendor(row) for row in rows}


def statuses(tx: Transaction, ids: Sequence[str]) -> dict[str, Status]:
    """Statuses of those that exist, by id."""
    rows = tx.connection.execute(select(vendors.c.id, vendors.c.status).where(vendors.c.id.in_(ids)))
    return {row.id: Status(row.status) for row in rows}


def as_vendor(row: Row[Any], following: Iterable[Category] = ()) -> Vendor:
    """A row of `vendors` as the domain knows it."""
    return Vendor(
        id=row.id,
        legal_name=row.legal_name,
        identifier=Identifier(row.scheme, row.identifier),
        address=Address(**row.address),
        contact_point=ContactPoint(**row.contact_point),
        representative=Representative(**row.representative) if row.representative else None,
        categories=tuple(following),
        standing=Standing(Status(row.status), Status(row.resumes) if row.resumes else None),
        registered_at=row.registered_at,
    )


def change_standing(tx: Transaction, vendor_id: str, standing: Standing) -> None:
    """Writes the status and what a reinstatement would give back."""
    tx.connection.execute(
        update(vendors).where(vendors.c.id == vendor_id).values(status=standing.status, resumes=standing.resumes)
    )


def record_decision(tx: Transaction, *, vendor: str, act: str, status: Status, grounds: str, by: str) -> None:
    """Keeps who decided what about a supplier, when and why."""
    row = {"id": new_id(), "vendor": vendor, "act": act, "status": status, "grounds": grounds}
    tx.connection.execute(insert(decisions), {**row, "decided_by": by, "decided_at": tx.now()})


def decisions_of(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Decisions by supplier, oldest first."""
    query = select(decisions).where(decisions.c.vendor.in_(ids)).order_by(decisions.c.decided_at, decisions.c.id)
    found: dict[str, list[Row[Any]]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.vendor, []).append(row)
    return found


def follow(tx: Transaction, vendor_id: str, following: Sequence[Category]) -> None:
    """Puts these categories into the place of those followed before."""
    tx.connection.execute(delete(categories).where(categories.c.vendor == vendor_id))
    rows = [
        {"vendor": vendor_id, "position": position, "scheme": each.scheme, "id": each.id}
        | {"scheme_key": each.key[0], "id_key": each.key[1]}
        for position, each in enumerate(following)
    ]
    if rows:
        tx.connection.execute(insert(categories), rows)


def followed(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Category]]:
    """Followed categories by supplier, in the order the supplier gave them."""
    query = select(categories).where(categories.c.vendor.in_(ids)).order_by(categories.c.position)
    found: dict[str, list[Category]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.vendor, []).append(Category(row.scheme, row.id))
    return found


def sharing(tx: Transaction, own: Mapping[str, str], vendor_id: str) -> list[tuple[str, str]]:
    """Other suppliers with one of these traits, as (supplier, trait)."""
    shared = tuple_(traits.c.trait, traits.c.value).in_(list(own.items()))
    query = select(traits.c.vendor, traits.c.trait).where(shared, traits.c.vendor != vendor_id)
    return [(row.vendor, row.trait) for row in tx.connection.execute(query.order_by(traits.c.vendor, traits.c.trait))]


def keep_traits(tx: Transaction, vendor_id: str, own: Mapping[str, str]) -> None:
    """Puts these traits into the place of those known before."""
    tx.connection.execute(delete(traits).where(traits.c.vendor == vendor_id))
    rows = [{"vendor": vendor_id, "trait": trait, "value": value} for trait, value in own.items()]
    if rows:
        tx.connection.execute(insert(traits), rows)


def flag(tx: Transaction, *, vendor: str, other: str, shared: str, at: datetime) -> bool:
    """Flags two suppliers as linked; false if this link was flagged before."""
    row = {"id": new_id(), "vendor": vendor, "other": other, "shared": shared, "flagged_at": at}
    return bool(tx.connection.execute(pg_insert(links).values(row).on_conflict_do_nothing()).rowcount)
