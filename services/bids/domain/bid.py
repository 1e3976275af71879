"""A bid's life: sealed, replaced while sealed, withdrawn. A bid is one bidder's offer to one lot."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from backbone.errors import Conflict
from services.bids.domain.tender import Tender, check_lot, check_open


class State(StrEnum):
    """Where a bid stands. What became of its envelopes at an opening is told by the openings."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What a bidder may do; the value is the kind of the receipt that the act gives."""

    SEAL = "sealed"
    REPLACE = "replaced"
    WITHDRAW = "withdrawn"


TRANSITIONS: dict[tuple[State | None, Act], State] = {
    (None, Act.SEAL): State.SEALED,
    (State.SEALED, Act.REPLACE): State.SEALED,
    (State.SEALED, Act.WITHDRAW): State.WITHDRAWN,
}
REFUSALS: dict[tuple[State | None, Act], str] = {
    (State.SEALED, Act.SEAL): "bid_exists",
    (State.WITHDRAWN, Act.REPLACE): "bid_withdrawn",
    (State.WITHDRAWN, Act.WITHDRAW): "bid_withdrawn",
}


@dataclass(frozen=True)
class SealedFile:
    """One envelope's ciphertext as it lies in the store. `version_id` pins the very object that was checked."""

    envelope: str
    sha256: str
    size: int
    object_key: str
    version_id: str
    sealed: dict[str, Any]


@dataclass(frozen=True)
class Bid:
    """A bid at its newest version. `receipt` is the id of the receipt of its last act."""

    id: str
    tender: str
    lot: str
    bidder: str
    state: State
    version: int
    receipt: str
    received_at: datetime
    notice_version: int


def next_state(state: State | None, act: Act) -> State:
    """Where `act` leads from `state`; None is no bid.

    Raises:
        Conflict: the act is not possible there.
    """
    following = TRANSITIONS.get((state, act))
    if following is None:
        raise Conflict(REFUSALS.get((state, act), "bid_missing"))
    return following


def decide_seal(tender: Tender, existing: Bid | None, lot: str, received: datetime) -> tuple[State, int]:
    """State and version of a bid received for `lot`; `existing` is the bidder's sealed bid for that lot.

    Raises:
        Conflict: not on time, lot not open, or the bidder already has a sealed bid there (then it is a replacement).
    """
    check_open(tender, received)
    check_lot(tender, lot)
    if existing is not None:
        extra = {"bid": existing.id, "version": existing.version}
        raise Conflict(REFUSALS[State.SEALED, Act.SEAL], lot=lot, extra=extra)
    return next_state(None, Act.SEAL), 1


def decide_replace(tender: Tender, bid: Bid, lot: str, received: datetime) -> tuple[State, int]:
    """State and version after a replacement.

    Raises:
        Conflict: not on time, another lot, lot not open, or the bid was withdrawn.
    """
    check_open(tender, received)
    if lot != bid.lot:
        raise Conflict("lot_differs", lot=lot, expected=bid.lot)
    check_lot(tender, lot)
    return next_state(bid.state, Act.REPLACE), bid.version + 1


def decide_withdraw(tender: Tender, bid: Bid, receipt: str, received: datetime) -> State:
    """State after a withdrawal, which must name the receipt of the bid as it stands.

    Raises:
        Conflict: not on time, withdrawn before, or another receipt.
    """
    check_open(tender, received)
    following = next_state(bid.state, Act.WITHDRAW)
    if receipt != bid.receipt:
        raise Conflict("receipt_differs")
    return following
