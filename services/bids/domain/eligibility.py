"""May this supplier bid now? Decided by the vendors service, or from what its events told us while it is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from licita_formats.receipts import EligibilitySource

from backbone.clock import rfc3339
from backbone.errors import Forbidden

SOURCE_VENDORS: Final = "rpc"
SOURCE_PROJECTION: Final = "projection"
ELIGIBLE_STATUS = frozenset({"registered", "verified"})


@dataclass(frozen=True)
class Eligibility:
    """An answer and where it came from. `reason` is empty, or the code of why not."""

    source: EligibilitySource
    reason: str = ""
    debarred_until: datetime | None = None


@dataclass(frozen=True)
class Debarment:
    """A period in which a supplier may not bid: `starts_at <= t < ends_at`."""

    starts_at: datetime
    ends_at: datetime


def decide_locally(status: str | None, debarments: Sequence[Debarment], now: datetime) -> Eligibility:
    """The answer from the local projection; `status` is None for a supplier that no event ever named."""
    until = max((each.ends_at for each in debarments if each.starts_at <= now < each.ends_at), default=None)
    if status is None:
        return Eligibility(SOURCE_PROJECTION, "vendor_unknown")
    if until is not None:
        return Eligibility(SOURCE_PROJECTION, "vendor_debarred", until)
    if status not in ELIGIBLE_STATUS:
        return Eligibility(SOURCE_PROJECTION, "vendor_suspended" if status == "suspended" else "vendor_unverified")
    return Eligibility(SOURCE_PROJECTION)


def check_eligible(eligibility: Eligibility) -> None:
    """Lets pass or raises.

    Raises:
        Forbidden: with the reason as its code.
    """
    if not eligibility.reason:
        return
    until = rfc3339(eligibility.debarred_until) if eligibility.debarred_until else ""
    raise Forbidden(eligibility.reason, until=until)
