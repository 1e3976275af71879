"""Evidence: papers that a supplier keeps once and that hold until a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backbone.clock import rfc3339
from backbone.errors import Conflict, Invalid
from backbone.uploads import JPEG, PDF, PNG

LARGEST_BYTES = 10 * 1024 * 1024
TYPES = frozenset({PDF, PNG, JPEG})
EXPIRING = timedelta(days=30)


class Validity(StrEnum):
    """Whether a paper holds at an instant; `expiring` ones hold, and end within 30 days."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Evidence:
    """A stored paper. `size` in bytes, `sha256` in hex, `valid_until` None where the paper does not expire."""

    id: str
    vendor: str
    kind: str
    title: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    valid_until: datetime | None
    added_at: datetime

    def validity(self, now: datetime) -> Validity:
        """Holds up to, and not including, `valid_until`."""
        if self.valid_until is None or now < self.valid_until - EXPIRING:
            return Validity.VALID
        return Validity.EXPIRING if now < self.valid_until else Validity.EXPIRED


def check_validity(valid_until: datetime | None, now: datetime) -> None:
    """A paper that does not hold any more is no evidence.

    Raises:
        Invalid: the date has passed.
    """
    if valid_until is not None and valid_until <= now:
        raise Invalid("evidence_expired", valid_until=rfc3339(valid_until))


def check_verifiable(evidence: Iterable[Evidence], now: datetime) -> None:
    """Nobody is verified on nothing.

    Raises:
        Conflict: no paper of the supplier holds.
    """
    if all(each.validity(now) is Validity.EXPIRED for each in evidence):
        raise Conflict("evidence_missing")
