"""Who does what in a tender."""

from backbone.database import Transaction
from backbone.errors import Forbidden, NotFound
from backbone.principal import Principal
from services.identity.domain.organisation import Duty
from services.identity.queries.ids import is_id
from services.identity.store import duties


def list_duties(tx: Transaction, principal: Principal, tender_id: str) -> list[Duty]:
    """For the buyer's staff and for auditors, with their second factor.

    Raises:
        NotFound: no such tender, or another buyer's.
        Forbidden: no second factor.
    """
    known = duties.buyer_of(tx, tender_id)
    reads = known is not None and ("auditor" in principal.roles or principal.organisation == known[0])
    if not reads:
        raise NotFound("tender_unknown", tender=tender_id)
    if not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    return duties.of_tender(tx, tender_id)


def duties_of(tx: Transaction, tender_id: str) -> list[Duty]:
    """For other services; empty for a tender that identity has not heard of."""
    return duties.of_tender(tx, tender_id) if is_id(tender_id) else []
