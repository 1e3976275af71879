"""A tender as bidding sees it: what the notice says, and the three questions that instants decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from licita_formats.sealed_bid import Committee, Context

from backbone.clock import rfc3339
from backbone.errors import Conflict, Forbidden, NotFound


@dataclass(frozen=True)
class Tender:
    """The notice as it stands. `closed_lots` are those declared unsuccessful or abandoned.

    `deadline` ends bidding: a bid is on time if it was received strictly before. Ciphertexts and opened documents stay
    under lock until `keep_until`. `technical_final_at` is when the technical evaluation became final, `passed` the ids
    of the bids that passed it.
    """

    id: str
    ocid: str
    buyer: str
    buyer_name: str
    title: str
    notice_version: int
    notice_sha256: str
    deadline: datetime
    opening_at: datetime
    time_zone: str
    lots: Mapping[str, str]
    envelopes: tuple[str, ...]
    committee: Committee
    keep_until: datetime
    opening_window: timedelta
    minimum_bids: int
    max_envelope_bytes: int
    cancelled: bool = False
    closed_lots: frozenset[str] = frozenset()
    technical_final_at: datetime | None = None
    passed: frozenset[str] = frozenset()

    def check_member(self, person: str) -> None:
        """Lets pass the members of this tender's opening committee.

        Raises:
            Forbidden: somebody else.
        """
        if person not in {each.member for each in self.committee.members}:
            raise Forbidden("not_a_committee_member")

    def context(self, lot: str, envelope: str, bidder: str, version: int) -> Context:
        """What an envelope answering the notice as it stands must be bound to."""
        return Context(self.id, lot, envelope, bidder, version, self.notice_sha256, self.committee.sha256())


def check_open(tender: Tender, received: datetime) -> None:
    """The boundary rule, the only place of it: on time if and only if `received < deadline`.

    Raises:
        Conflict: cancelled, or the deadline has come.
    """
    if tender.cancelled:
        raise Conflict("tender_cancelled")
    if received >= tender.deadline:
        raise Conflict("deadline_passed", deadline=rfc3339(tender.deadline), received=rfc3339(received))


def check_lot(tender: Tender, lot: str) -> None:
    """A lot of this notice for which bids are taken.

    Raises:
        Conflict: the notice has no such lot, or it was declared unsuccessful.
    """
    if lot not in tender.lots:
        raise Conflict("lot_unknown", lot=lot)
    if lot in tender.closed_lots:
        raise Conflict("lot_closed", lot=lot)


def stage_index(tender: Tender, envelope: str) -> int:
    """Which stage of the opening this envelope is, from 0.

    Raises:
        NotFound: the notice asks for no such envelope.
    """
    if envelope not in tender.envelopes:
        raise NotFound("envelope_unknown", envelope=envelope)
    return tender.envelopes.index(envelope)


def opens_at(tender: Tender, envelope: str) -> datetime | None:
    """The instant from which the stage may be opened; None while the stage before it is not final."""
    if stage_index(tender, envelope) == 0:
        return max(tender.opening_at, tender.deadline)
    return tender.technical_final_at


def check_may_open(tender: Tender, envelope: str, now: datetime) -> datetime:
    """Nothing of a sealed bid leaves before the stage's instant. Returns that instant.

    Raises:
        Conflict: cancelled.
        Forbidden: too early, or the technical evaluation is not final; both are refusals that the log keeps.
    """
    if tender.cancelled:
        raise Conflict("tender_cancelled")
    since = opens_at(tender, envelope)
    if since is None:
        raise Forbidden("technical_evaluation_open")
    if now < since:
        raise Forbidden("opening_not_yet", opening=rfc3339(since))
    return since
