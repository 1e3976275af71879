"""Complaints against an award: lodged by a bidder in standstill, decided by a reviewer, never deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from backbone.errors import Conflict, Forbidden, Invalid

DISMISSED = "dismissed"
UPHELD = "upheld"
WITHDRAWN = "withdrawn"
OPEN = "open"


@dataclass(frozen=True)
class Complaint:
    """One bidder's complaint. `outcome` is open, dismissed, upheld or withdrawn."""

    id: str
    decision: str
    complainant: str
    grounds: str
    lodged_at: datetime
    outcome: str = OPEN
    reasons: str = ""
    reviewer: str = ""
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still freezes the award."""
        return self.outcome == OPEN


def check_complainant(organisation: str, bidders: Iterable[str]) -> None:
    """Only who bid may complain here.

    Raises:
        Forbidden: the organisation has no announced bid in this tender.
    """
    if organisation not in set(bidders):
        raise Forbidden("complainant_is_no_bidder")


def decide(complaint: Complaint, outcome: str, reasons: str, reviewer: str, now: datetime) -> Complaint:
    """The complaint with the reviewer's decision.

    Raises:
        Conflict: it is not open any more.
        Invalid: no such outcome, or no reasons.
    """
    _check_open(complaint)
    if outcome not in {DISMISSED, UPHELD}:
        raise Invalid("complaint_outcome_unknown", outcome=outcome)
    if not reasons.strip():
        raise Invalid("complaint_reasons_missing")
    return replace(complaint, outcome=outcome, reasons=reasons.strip(), reviewer=reviewer, ended_at=now)


def withdraw(complaint: Complaint, organisation: str, now: datetime) -> Complaint:
    """The complaint taken back by who lodged it; it stays on record.

    Raises:
        Forbidden: it is somebody else's.
        Conflict: it is not open any more.
    """
    if complaint.complainant != organisation:
        raise Forbidden("complaint_of_another")
    _check_open(complaint)
    return replace(complaint, outcome=WITHDRAWN, ended_at=now)


def any_open(complaints: Iterable[Complaint]) -> bool:
    """Whether one of them still freezes the award."""
    return any(each.is_open for each in complaints)


def _check_open(complaint: Complaint) -> None:
    if not complaint.is_open:
        raise Conflict("complaint_already_ended", outcome=complaint.outcome)
