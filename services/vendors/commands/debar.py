"""Debarring and lifting. Each makes a new version of the debarment list."""

from dataclasses import replace
from datetime import datetime

from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.ids import new_id
from backbone.principal import Principal
from services.vendors import events
from services.vendors.commands.register import must_load
from services.vendors.domain.debarment import Debarment, check_liftable, check_period
from services.vendors.store import debarments


def debar_vendor(
    tx: Transaction,
    principal: Principal,
    vendor_id: str,
    *,
    grounds: str,
    authority: str,
    legal_basis: str,
    starts_at: datetime,
    ends_at: datetime,
) -> Debarment:
    """Puts an authority's decision on the list; it acts from `starts_at` until `ends_at` by itself.

    Raises:
        Invalid: the period is reversed or over.
        NotFound: not registered.
    """
    must_load(tx, vendor_id)
    debarments.lock_list(tx)
    now = tx.now()
    check_period(starts_at, ends_at, now)
    debarment = Debarment(new_id(), vendor_id, grounds, authority, legal_basis, starts_at, ends_at)
    debarments.add(tx, debarment, by=principal.person, at=now)
    debarments.new_version(tx, now)
    tx.emit(events.vendor_debarred(debarment, principal.person))
    return debarment


def lift_debarment(tx: Transaction, principal: Principal, vendor_id: str, debarment_id: str, grounds: str) -> Debarment:
    """Ends a debarment now; it stays in the public history.

    Raises:
        Conflict: it has ended already.
        NotFound: no such debarment of this supplier.
    """
    debarments.lock_list(tx)
    debarment = debarments.load(tx, vendor_id, debarment_id)
    if debarment is None:
        raise NotFound("debarment_unknown", debarment=debarment_id)
    now = tx.now()
    check_liftable(debarment, now)
    debarments.lift(tx, debarment_id, grounds=grounds, by=principal.person, at=now)
    debarments.new_version(tx, now)
    tx.emit(events.debarment_lifted(debarment, grounds, principal.person))
    return replace(debarment, lifted_at=now, lifting_grounds=grounds)
