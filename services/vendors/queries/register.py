"""Entries of the register, their papers, alerts and decisions, for those who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from backbone.database import Transaction
from backbone.errors import Forbidden, NotFound
from backbone.paging import page
from backbone.principal import Principal
from services.vendors.domain.category import Category
from services.vendors.domain.debarment import Debarment, Eligibility, eligibility
from services.vendors.domain.evidence import Evidence
from services.vendors.domain.vendor import Address, ContactPoint, Representative, Vendor
from services.vendors.store import debarments, evidence, vendors
from services.vendors.store.tables import alerts, links
from services.vendors.store.tables import vendors as vendors_table

REGISTRAR = "registrar"


@dataclass(frozen=True)
class Private:
    """The part of an entry that its owner and registrars see."""

    contact_point: ContactPoint
    representative: Representative | None
    categories: Sequence[Category]
    decisions: Sequence[Row[Any]]


@dataclass(frozen=True)
class Entry:
    """A supplier with what an instant makes of it. Strangers see the country of the address and nothing `private`."""

    vendor: Vendor
    eligibility: Eligibility
    debarments: Sequence[Debarment]
    now: datetime
    address: Address
    private: Private | None


def sees_all(principal: Principal, vendor_id: str) -> bool:
    """Owners see their own entry whole; registrars, with their second factor, see every entry whole."""
    owns = principal.organisation == vendor_id
    return owns or (REGISTRAR in principal.roles and principal.has_second_factor)


def must_see_all(principal: Principal, vendor_id: str) -> None:
    """Lets owners and registrars pass.

    Raises:
        Forbidden: others, or a registrar without the second factor.
    """
    if sees_all(principal, vendor_id):
        return
    if REGISTRAR in principal.roles:
        raise Forbidden("second_factor_missing")
    raise Forbidden("vendor_of_others")


def show_vendor(tx: Transaction, principal: Principal, vendor_id: str) -> Entry:
    """One entry; decisions on it only for those who see all.

    Raises:
        NotFound: not registered.
    """
    return describe(tx, principal, must_find(tx, vendor_id))


def describe(tx: Transaction, principal: Principal, vendor: Vendor) -> Entry:
    """The supplier's entry as the caller may see it, also right after an act."""
    decided = vendors.decisions_of(tx, [vendor.id]) if sees_all(principal, vendor.id) else None
    return _entry(vendor, debarments.of_vendors(tx, [vendor.id]), tx.now(), decided)


def _entry(
    vendor: Vendor, listed: Mapping[str, list[Debarment]], now: datetime, decided: Mapping[str, list[Row[Any]]] | None
) -> Entry:
    own = listed.get(vendor.id, [])
    verdict = eligibility(vendor.standing.status, own, now)
    if decided is None:
        place = Address(country=vendor.address.country, country_name=vendor.address.country_name)
        return Entry(vendor, verdict, own, now, place, None)
    private = Private(vendor.contact_point, vendor.representative, vendor.categories, decided.get(vendor.id, []))
    return Entry(vendor, verdict, own, now, vendor.address, private)


def must_find(tx: Transaction, vendor_id: str) -> Vendor:
    """The supplier.

    Raises:
        NotFound: nobody is registered under this id.
    """
    vendor = vendors.load(tx, vendor_id)
    if vendor is None:
        raise NotFound("vendor_unknown", vendor=vendor_id)
    return vendor


def list_vendors(tx: Transaction, status: str | None, cursor: str | None) -> tuple[list[Entry], str | None]:
    """A page of entries in the order of registration, of one status or of all.

    Raises:
        Invalid: an unknown cursor.
    """
    query = select(vendors_table)
    if status:
        query = query.where(vendors_table.c.status == status)
    rows, following = page(tx, query, vendors_table.c.registered_at, vendors_table, cursor)
    ids = [row.id for row in rows]
    followed, listed, now = vendors.followed(tx, ids), debarments.of_vendors(tx, ids), tx.now()
    decided = vendors.decisions_of(tx, ids)
    found = [vendors.as_vendor(row, followed.get(row.id, ())) for row in rows]
    return [_entry(each, listed, now, decided) for each in found], following


def list_evidence(tx: Transaction, principal: Principal, vendor_id: str) -> tuple[list[Evidence], datetime]:
    """A supplier's papers and the instant at which to judge them.

    Raises:
        Forbidden: neither the owner nor a registrar.
        NotFound: not registered.
    """
    must_see_all(principal, vendor_id)
    must_find(tx, vendor_id)
    return evidence.of_vendor(tx, vendor_id), tx.now()


def find_evidence(tx: Transaction, principal: Principal, vendor_id: str, evidence_id: str) -> Evidence:
    """One paper.

    Raises:
        Forbidden: neither the owner nor a registrar.
        NotFound: no such paper of this supplier.
    """
    must_see_all(principal, vendor_id)
    paper = evidence.load(tx, vendor_id, evidence_id)
    if paper is None:
        raise NotFound("evidence_unknown", evidence=evidence_id)
    return paper


def list_alerts(
    tx: Transaction, principal: Principal, vendor_id: str, cursor: str | None
) -> tuple[list[Any], str | None]:
    """A page of a supplier's own alerts, oldest first.

    Raises:
        Forbidden: another supplier's.
        Invalid: an unknown cursor.
    """
    if principal.organisation != vendor_id:
        raise Forbidden("vendor_of_others")
    must_find(tx, vendor_id)
    return page(tx, select(alerts).where(alerts.c.vendor == vendor_id), alerts.c.queued_at, alerts, cursor)


@dataclass(frozen=True)
class Link:
    """Two suppliers that share a trait."""

    id: str
    vendor: Vendor
    other: Vendor
    shared: str
    flagged_at: datetime


def list_links(tx: Transaction, cursor: str | None) -> tuple[list[Link], str | None]:
    """A page of flagged links, oldest first.

    Raises:
        Invalid: an unknown cursor.
    """
    rows, following = page(tx, select(links), links.c.flagged_at, links, cursor)
    known = vendors.load_many(tx, [id_ for row in rows for id_ in (row.vendor, row.other)])
    return [Link(row.id, known[row.vendor], known[row.other], row.shared, row.flagged_at) for row in rows], following
