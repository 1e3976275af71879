"""Registering, and following categories."""

from collections.abc import Sequence
from dataclasses import replace

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, NotFound
from backbone.principal import Principal
from services.vendors import events
from services.vendors.domain.category import Category
from services.vendors.domain.vendor import Vendor, traits
from services.vendors.store import vendors


def register_vendor(tx: Transaction, principal: Principal, vendor: Vendor) -> Vendor:
    """Registers the caller's organisation; suppliers that share something with it are flagged for auditors.

    Raises:
        Conflict: the organisation, or the legal entity under another account, is registered already.
    """
    vendors.lock_register(tx)
    registered = replace(vendor, registered_at=tx.now(), categories=distinct(vendor.categories))
    if not vendors.add(tx, registered, principal.person):
        entity = registered.identifier
        raise Conflict("vendor_already_registered", scheme=entity.scheme, identifier=entity.id)
    vendors.follow(tx, registered.id, registered.categories)
    tx.emit(events.vendor_registered(registered, principal.person))
    _flag_links(tx, registered)
    return registered


def _flag_links(tx: Transaction, vendor: Vendor) -> None:
    own = traits(vendor)
    for other, shared in vendors.sharing(tx, own, vendor.id):
        if vendors.flag(tx, vendor=vendor.id, other=other, shared=shared, at=tx.now()):
            tx.emit(events.linked_vendors_flagged(vendor.id, other, shared))
    vendors.keep_traits(tx, vendor.id, own)


def follow_categories(tx: Transaction, principal: Principal, vendor_id: str, following: Sequence[Category]) -> Vendor:
    """Follows these categories in the place of those followed before; none is fine.

    Raises:
        Forbidden: another supplier's entry.
        NotFound: not registered.
    """
    must_own(principal, vendor_id)
    vendor = must_load(tx, vendor_id)
    changed = replace(vendor, categories=distinct(following))
    vendors.follow(tx, vendor_id, changed.categories)
    tx.emit(events.categories_followed(vendor_id, changed.categories, principal.person))
    return changed


def distinct(following: Sequence[Category]) -> tuple[Category, ...]:
    """Each category once, in the order given."""
    first: dict[tuple[str, str], Category] = {}
    for each in following:
        first.setdefault(each.key, each)
    return tuple(first.values())


def must_own(principal: Principal, vendor_id: str) -> None:
    """Suppliers act for themselves.

    Raises:
        Forbidden: the caller's organisation is another one.
    """
    if principal.organisation != vendor_id:
        raise Forbidden("vendor_of_others")


def must_load(tx: Transaction, vendor_id: str) -> Vendor:
    """The supplier, held against other transactions.

    Raises:
        NotFound: nobody is registered under this id.
    """
    vendor = vendors.load(tx, vendor_id, lock=True)
    if vendor is None:
        raise NotFound("vendor_unknown", vendor=vendor_id)
    return vendor
