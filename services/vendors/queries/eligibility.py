"""Who may act now: the answer that other services decide with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backbone.database import Transaction
from backbone.errors import Invalid
from services.vendors.domain.debarment import Eligibility, eligibility
from services.vendors.domain.vendor import Vendor
from services.vendors.store import debarments, vendors

MOST_VENDORS = 1000


@dataclass(frozen=True)
class Screening:
    """Answers in the order asked, at one instant and against one version of the debarment list."""

    results: list[tuple[str, Eligibility]]
    list_version: str
    checked_at: datetime


def check_eligibility(tx: Transaction, ids: Sequence[str]) -> Screening:
    """Screens suppliers at the database's present instant.

    Raises:
        Invalid: more than 1,000 at once.
    """
    known = _ids(ids)
    statuses = vendors.statuses(tx, known)
    listed = debarments.of_vendors(tx, known)
    version = debarments.list_version(tx)
    now = tx.now()
    results = [(each, eligibility(statuses.get(each), listed.get(each, ()), now)) for each in ids]
    return Screening(results, version, now)


def describe_vendors(tx: Transaction, ids: Sequence[str]) -> list[Vendor]:
    """Those that are registered, in the order asked.

    Raises:
        Invalid: more than 1,000 at once.
    """
    found = vendors.load_many(tx, _ids(ids))
    return [found[each] for each in ids if each in found]


def _ids(ids: Sequence[str]) -> list[str]:
    """Those that can be ids at all: others are unknown without asking the database, which would refuse some."""
    if len(ids) > MOST_VENDORS:
        raise Invalid("too_many_vendors", limit=MOST_VENDORS)
    return [each for each in set(ids) if _is_id(each)]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
