"""Debarments and what they and the standing mean for a supplier who wants to act now."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from licita_formats import canonical

from backbone.clock import rfc3339
from backbone.errors import Conflict, Invalid
from services.vendors.domain.standing import Status


class State(StrEnum):
    """What a debarment is at an instant."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    LIFTED = "lifted"


@dataclass(frozen=True)
class Debarment:
    """An authority's decision to keep a supplier out from `starts_at` until, and not including, `ends_at`."""

    id: str
    vendor: str
    grounds: str
    authority: str
    legal_basis: str
    starts_at: datetime
    ends_at: datetime
    lifted_at: datetime | None = None
    lifting_grounds: str = ""

    def state(self, now: datetime) -> State:
        """Lifting counts from its instant on; before that and without it, the period decides."""
        if self.lifted_at is not None and self.lifted_at <= now:
            return State.LIFTED
        if now < self.starts_at:
            return State.UPCOMING
        return State.IN_FORCE if now < self.ends_at else State.EXPIRED


def check_period(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """A period is needed, and one that is not over yet.

    Raises:
        Invalid: the end is not after the start, or has passed.
    """
    if ends_at <= starts_at:
        raise Invalid("debarment_period_reversed")
    if ends_at <= now:
        raise Invalid("debarment_period_over", ends_at=rfc3339(ends_at))


def check_liftable(debarment: Debarment, now: datetime) -> None:
    """What has ended, by lifting or by itself, cannot be lifted.

    Raises:
        Conflict: it has ended.
    """
    state = debarment.state(now)
    if state in {State.LIFTED, State.EXPIRED}:
        raise Conflict("debarment_ended", state=state)


@dataclass(frozen=True)
class Eligibility:
    """Whether a supplier may act at the instant asked about. `reason` is empty or the code of what prevents it."""

    eligible: bool
    reason: str = ""
    status: str = ""
    debarred_until: datetime | None = None


def eligibility(status: Status | None, debarments: Iterable[Debarment], now: datetime) -> Eligibility:
    """Registered or verified, not suspended, not debarred now (control 3.1). `status` None: nobody we know.

    Of several reasons the gravest is told: debarred, then suspended, then refused at verification.
    """
    if status is None:
        return Eligibility(eligible=False, reason="vendor_unknown")
    until = max((each.ends_at for each in debarments if each.state(now) is State.IN_FORCE), default=None)
    if until is not None:
        reason = "vendor_debarred"
    else:
        reason = {Status.SUSPENDED: "vendor_suspended", Status.REFUSED: "vendor_unverified"}.get(status, "")
    return Eligibility(eligible=not reason, reason=reason, status=status, debarred_until=until)


def list_digest(debarments: Iterable[Debarment]) -> str:
    """Hex SHA-256 of the canonical JSON of the whole list, ordered by id, so that anybody can compute it again."""
    entries = [entry(each) for each in sorted(debarments, key=lambda each: each.id)]
    return hashlib.sha256(canonical.dumps(entries)).hexdigest()


def entry(debarment: Debarment) -> dict[str, str | None]:
    """One line of the list as it is hashed: what the public register shows and does not change by time alone."""
    return {
        "id": debarment.id,
        "vendor": debarment.vendor,
        "grounds": debarment.grounds,
        "authority": debarment.authority,
        "legalBasis": debarment.legal_basis,
        "startsAt": rfc3339(debarment.starts_at),
        "endsAt": rfc3339(debarment.ends_at),
        "liftedAt": rfc3339(debarment.lifted_at) if debarment.lifted_at else None,
        "liftingGrounds": debarment.lifting_grounds,
    }
