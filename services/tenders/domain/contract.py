"""The contract: after standstill only, for an active award, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backbone.clock import rfc3339
from backbone.errors import Conflict, Invalid
from backbone.money import Money
from services.tenders.domain.award import ACTIVE, Award, Decision


@dataclass(frozen=True)
class Contract:
    """A signed contract. `number` is the buyer's own; the value is the award's."""

    id: str
    award: str
    supplier: str
    number: str
    value: Money
    signed_at: datetime


def award_to_contract(decision: Decision, award_id: str, contracts: Iterable[Contract]) -> Award:
    """The award that a contract may be signed for.

    Raises:
        Conflict: the award is not active, or has its contract.
        Invalid: the current decision has no such award.
    """
    award = next((each for each in decision.awards if each.id == award_id), None)
    if award is None:
        raise Invalid("award_unknown", award=award_id)
    if award.status != ACTIVE:
        raise Conflict("award_not_active", status=award.status)
    if any(each.award == award_id for each in contracts):
        raise Conflict("award_already_contracted")
    return award


def check_number(number: str, contracts: Iterable[Contract]) -> None:
    """A tender's contracts have distinct numbers.

    Raises:
        Conflict: the number is taken.
    """
    if any(each.number == number.strip() for each in contracts):
        raise Conflict("contract_number_taken", number=number.strip())


def sign(
    contract_id: str, award: Award, number: str, signed_at: datetime, standstill_end: datetime, now: datetime
) -> Contract:
    """The contract for an active award.

    Raises:
        Invalid: it is dated in the future, or has no number.
        Conflict: it is dated within standstill.
    """
    if signed_at > now:
        raise Invalid("contract_dated_in_future")
    if signed_at < standstill_end:
        raise Conflict("standstill_running", until=rfc3339(standstill_end))
    if not number.strip():
        raise Invalid("contract_number_missing")
    assert award.value is not None, "an active award has a value"
    return Contract(contract_id, award.id, award.supplier, number.strip(), award.value, signed_at)
