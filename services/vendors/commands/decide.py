"""A registrar's decisions on a supplier's standing."""

from dataclasses import replace

from backbone.database import Transaction
from backbone.errors import Invalid
from backbone.principal import Principal
from services.vendors import events
from services.vendors.commands.register import must_load
from services.vendors.domain.evidence import check_verifiable
from services.vendors.domain.standing import Act, after
from services.vendors.domain.vendor import Vendor
from services.vendors.store import evidence, vendors


def verify_vendor(tx: Transaction, principal: Principal, vendor_id: str) -> Vendor:
    """Confirms a supplier's papers.

    Raises:
        Conflict: the status does not allow it, or the supplier has no paper that holds now.
        NotFound: not registered.
    """
    vendor = must_load(tx, vendor_id)
    after(vendor.standing, Act.VERIFY)
    check_verifiable(evidence.of_vendor(tx, vendor_id), tx.now())
    return _decide(tx, principal, vendor, Act.VERIFY, "")


def decide_with_grounds(tx: Transaction, principal: Principal, vendor_id: str, act: Act, grounds: str) -> Vendor:
    """Refuses, suspends or reinstates; the supplier reads the grounds.

    Raises:
        Conflict: the status does not allow it.
        Invalid: no grounds.
        NotFound: not registered.
    """
    if not grounds:
        raise Invalid("grounds_missing")
    return _decide(tx, principal, must_load(tx, vendor_id), act, grounds)


def _decide(tx: Transaction, principal: Principal, vendor: Vendor, act: Act, grounds: str) -> Vendor:
    standing = after(vendor.standing, act)
    vendors.change_standing(tx, vendor.id, standing)
    vendors.record_decision(tx, vendor=vendor.id, act=act, status=standing.status, grounds=grounds, by=principal.person)
    tx.emit(events.standing_changed(vendor.id, act, grounds, principal.person))
    return replace(vendor, standing=standing)
