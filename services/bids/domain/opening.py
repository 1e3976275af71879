"""The opening of one stage: which bids it covers, when the quorum is complete, what each bid came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backbone.errors import Conflict, Invalid
from services.bids.domain.bid import Bid, State
from services.bids.domain.tender import Tender, opens_at, stage_index


class OpeningState(StrEnum):
    """`sealed` no batch yet, `collecting` fewer than the quorum, `combining` the worker has it, then final."""

    SEALED = "sealed"
    COLLECTING = "collecting"
    COMBINING = "combining"
    OPENED = "opened"
    ABANDONED = "abandoned"


FINAL = frozenset({OpeningState.OPENED, OpeningState.ABANDONED})
OPENED = "opened"
INTEGRITY_FAILURE = "integrity_failure"

# A member's shares by bid; None where the member could not open the share that the bidder dealt.
Shares = Mapping[str, str | None]


@dataclass(frozen=True)
class Batch:
    """What one member handed in, all bids of the stage at once."""

    member: str
    received_at: datetime
    sha256: str
    shares: Shares


@dataclass(frozen=True)
class Result:
    """What became of one envelope of one bid. `failure` is a code; `identity` the key that opens it, for everybody."""

    bid: str
    result: str
    failure: str = ""
    identity: str = ""
    offer: dict[str, Any] | None = None
    documents: tuple[dict[str, Any], ...] = field(default=())


def abandoned_lots(tender: Tender, bids: Sequence[Bid]) -> list[str]:
    """Lots with fewer sealed bids than the notice asks for; a lot without any bid is always among them."""
    needed = max(1, tender.minimum_bids)
    counts = dict.fromkeys((lot for lot in tender.lots if lot not in tender.closed_lots), 0)
    for bid in bids:
        if bid.state == State.SEALED and bid.lot in counts:
            counts[bid.lot] += 1
    return [lot for lot, count in counts.items() if count < needed]


def openable(tender: Tender, envelope: str, bids: Sequence[Bid]) -> list[Bid]:
    """The bids whose envelope this stage opens, in the order of lots and then of receipt.

    Never among them: withdrawn bids, bids of lots that are closed or have too few bids, and in a later stage those
    that did not pass the technical evaluation.
    """
    chosen = [bid for bid in bids if bid.state == State.SEALED and bid.lot not in tender.closed_lots]
    if stage_index(tender, envelope) == 0:
        given_up = set(abandoned_lots(tender, bids))
        chosen = [bid for bid in chosen if bid.lot not in given_up]
    else:
        chosen = [bid for bid in chosen if bid.id in tender.passed]
    order = list(tender.lots)
    return sorted(chosen, key=lambda bid: (order.index(bid.lot), bid.received_at, bid.id))


def check_batch(expected: Sequence[str], given: Sequence[str]) -> None:
    """A batch names every bid of the stage exactly once: all or nothing.

    Raises:
        Invalid: bids missing, named twice, or not of this stage.
    """
    if len(set(given)) != len(given):
        raise Invalid("shares_repeated")
    missing, unknown = set(expected) - set(given), set(given) - set(expected)
    if missing or unknown:
        raise Invalid("shares_incomplete", missing=", ".join(sorted(missing)), unknown=", ".join(sorted(unknown)))


def still_counting(batches: Sequence[Batch], window: timedelta, now: datetime) -> list[Batch]:
    """Batches within the window: the quorum acts together, so an older one lapses and is handed in again."""
    return [batch for batch in batches if batch.received_at + window > now]


def check_not_handed_in(batches: Sequence[Batch], member: str) -> None:
    """One person counts once.

    Raises:
        Conflict: this member's batch is in and counts.
    """
    if any(batch.member == member for batch in batches):
        raise Conflict("shares_already_handed_in")


def quorum_at(tender: Tender, batches: Sequence[Batch]) -> datetime | None:
    """When the quorum was complete: the instant of its last batch; None while persons are missing."""
    instants = sorted(batch.received_at for batch in batches)
    return instants[tender.committee.k - 1] if len(instants) >= tender.committee.k else None


def may_combine(tender: Tender, bids: Sequence[str], batches: Sequence[Batch], now: datetime) -> bool:
    """Whether combining may begin.

    The quorum must be there. Where a member could not open a share, others may still bring theirs: all members, or
    the end of the window, is waited for, so that neither a badly dealt share nor an absent member stops an opening.
    """
    complete = quorum_at(tender, batches)
    if complete is None:
        return False
    usable = all(usable_shares(batches, bid) >= tender.committee.k for bid in bids)
    return usable or len(batches) == tender.committee.n or now >= complete + tender.opening_window


def usable_shares(batches: Sequence[Batch], bid: str) -> int:
    """How many members' shares of this bid are good."""
    return sum(batch.shares.get(bid) is not None for batch in batches)


def delayed_since(tender: Tender, envelope: str, state: OpeningState, now: datetime) -> datetime | None:
    """Since when the opening is late, None if it is not: the window after the announced instant passed without it."""
    since = opens_at(tender, envelope)
    if state in FINAL or since is None or now < since + tender.opening_window:
        return None
    return since + tender.opening_window
