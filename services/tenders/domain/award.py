"""The award: who may decide it, which bid may win, what every bidder must be told.

An award is decided for all lots at once, on the ranking of the report, by somebody who did not evaluate. The winner of
a lot is its best-ranked bid whose bidder may contract with the state; a lot may also be declared unsuccessful, with
grounds. Every bidder gets reasons of their own, or nothing is decided (control 8.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backbone.clock import rfc3339
from backbone.errors import Conflict, Forbidden, Invalid
from backbone.money import Money
from services.tenders.domain.report import BidKey
from services.tenders.domain.scoring import RankedBid

PENDING = "pending"
ACTIVE = "active"
CANCELLED = "cancelled"
UNSUCCESSFUL = "unsuccessful"


@dataclass(frozen=True)
class Proposal:
    """What the awarder wants for one lot: a winning bid, or grounds for none."""

    lot: str
    bid: str = ""
    grounds: str = ""


@dataclass(frozen=True)
class Eligibility:
    """The vendors service's answer about one supplier, as stored with the decision (control 3.4)."""

    vendor: str
    eligible: bool
    reason: str
    list_version: str
    checked_at: datetime


@dataclass(frozen=True)
class Award:
    """The award of one lot, by OCDS: `status` is pending during standstill, then active; or cancelled, unsuccessful."""

    id: str
    lot: str
    status: str
    bid: str = ""
    supplier: str = ""
    value: Money | None = None
    grounds: str = ""


@dataclass(frozen=True)
class Decision:
    """One award decision over all lots. `ended` is empty in standstill, then active or cancelled."""

    id: str
    awarder: str
    decided_at: datetime
    standstill_end: datetime
    awards: tuple[Award, ...]
    ended: str = ""

    @property
    def all_unsuccessful(self) -> bool:
        """Whether no lot found a winner."""
        return all(award.status == UNSUCCESSFUL for award in self.awards)


def check_awarder(awarder: str, *, on_duty: bool, evaluators: Iterable[str]) -> None:
    """The awarder has the duty and took no part in the evaluation (control 10.1).

    Raises:
        Forbidden: one of the two does not hold.
    """
    if awarder in set(evaluators):
        raise Forbidden("duty_incompatible", duty="awarder", other="evaluator")
    if not on_duty:
        raise Forbidden("duty_missing", duty="awarder")


def check_reasons(bids: Iterable[BidKey], reasons: Mapping[BidKey, str]) -> None:
    """Every bid of every lot has its own reason, and nothing else has.

    Raises:
        Conflict: some are missing; `missing` lists them as `{lot, bid}`.
        Invalid: a reason for a bid that nobody announced.
    """
    known = set(bids)
    unknown = sorted(set(reasons) - known)
    if unknown:
        raise Invalid("bid_not_announced", lot=unknown[0][0], bid=unknown[0][1])
    missing = sorted(key for key in known if not reasons.get(key, "").strip())
    if missing:
        listed = [{"lot": lot, "bid": bid} for lot, bid in missing]
        raise Conflict("award_reasons_missing", extra={"missing": listed}, count=len(missing))


def decide(
    proposals: Sequence[Proposal],
    lots: Sequence[str],
    closed_lots: Mapping[str, str],
    ranking: Sequence[RankedBid],
    eligibility: Mapping[str, Eligibility],
    ids: Sequence[str],
) -> tuple[Award, ...]:
    """The awards of all lots, in the notice's order.

    `closed_lots` are those without a valid opening, with the grounds: they are unsuccessful without a proposal. `ids`
    are fresh ids, one per lot.

    Raises:
        Invalid: a lot is unknown, repeated or left out; or neither a bid nor grounds are given, or both.
        Conflict: the bid is not the best-ranked eligible one, or its bidder may not be awarded.
    """
    by_lot = _by_lot(proposals, lots, closed_lots)
    return tuple(
        _unsuccessful(award_id, lot, closed_lots[lot])
        if lot in closed_lots
        else _award(award_id, by_lot[lot], [each for each in ranking if each.lot == lot], eligibility)
        for award_id, lot in zip(ids, lots, strict=True)
    )


def _by_lot(proposals: Sequence[Proposal], lots: Sequence[str], closed_lots: Mapping[str, str]) -> dict[str, Proposal]:
    by_lot: dict[str, Proposal] = {}
    for each in proposals:
        if each.lot not in lots or each.lot in closed_lots:
            raise Invalid("lot_not_open_to_award", lot=each.lot)
        if each.lot in by_lot:
            raise Invalid("lot_repeated", lot=each.lot)
        if bool(each.bid) == bool(each.grounds.strip()):
            raise Invalid("award_bid_or_grounds", lot=each.lot)
        by_lot[each.lot] = each
    left_out = [lot for lot in lots if lot not in by_lot and lot not in closed_lots]
    if left_out:
        raise Invalid("award_lot_missing", lots=", ".join(left_out))
    return by_lot


def _award(
    award_id: str, proposal: Proposal, ranked: Sequence[RankedBid], eligibility: Mapping[str, Eligibility]
) -> Award:
    if not proposal.bid:
        return _unsuccessful(award_id, proposal.lot, proposal.grounds)
    chosen = next((each for each in ranked if each.bid == proposal.bid), None)
    if chosen is None:
        raise Conflict("bid_not_ranked", lot=proposal.lot, bid=proposal.bid)
    check_eligible(eligibility.get(chosen.bidder), chosen.bidder)
    best = min((each for each in ranked if eligibility[each.bidder].eligible), key=lambda each: each.rank)
    if best.bid != chosen.bid:
        raise Conflict("award_not_to_best_bid", lot=proposal.lot, bid=best.bid)
    return Award(award_id, proposal.lot, PENDING, chosen.bid, chosen.bidder, chosen.value)


def _unsuccessful(award_id: str, lot: str, grounds: str) -> Award:
    return Award(award_id, lot, UNSUCCESSFUL, grounds=grounds.strip())


def check_eligible(answer: Eligibility | None, supplier: str) -> None:
    """A supplier who may not act now is neither awarded nor contracted.

    Raises:
        Conflict: the register says no; with its reason and the version of the list that was looked at.
    """
    if answer is None or not answer.eligible:
        reason, version = (answer.reason, answer.list_version) if answer else ("vendor_unknown", "")
        raise Conflict("supplier_not_eligible", supplier=supplier, reason=reason, list_version=version)


def confirm(decision: Decision, now: datetime, *, complaint_open: bool) -> Decision:
    """The decision after standstill: pending awards are active.

    Raises:
        Conflict: standstill still runs, a complaint is open, or the decision has ended already.
    """
    if decision.ended:
        raise Conflict("award_already_ended", state=decision.ended)
    if complaint_open:
        raise Conflict("complaint_open")
    if now < decision.standstill_end:
        raise Conflict("standstill_running", until=rfc3339(decision.standstill_end))
    return replace(decision, awards=_with_status(decision.awards, ACTIVE), ended=ACTIVE)


def cancel(decision: Decision) -> Decision:
    """The decision after an upheld complaint: nothing of it holds.

    Raises:
        Conflict: the decision has ended already.
    """
    if decision.ended:
        raise Conflict("award_already_ended", state=decision.ended)
    return replace(decision, awards=_with_status(decision.awards, CANCELLED), ended=CANCELLED)


def _with_status(awards: Iterable[Award], status: str) -> tuple[Award, ...]:
    """A lot without a winner stays unsuccessful, except that a cancelled decision takes that back too."""
    return tuple(
        replace(award, status=status) if award.status == PENDING or status == CANCELLED else award for award in awards
    )
