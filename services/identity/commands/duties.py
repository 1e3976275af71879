"""Duties in tenders: assigned by the buyer, or recorded because somebody acted."""

from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.principal import Principal
from services.identity import events
from services.identity.domain.duties import Duty, HeldDuty, check_assignable, check_revocable
from services.identity.domain.membership import Membership
from services.identity.store import duties, members, people


def assign_duty(tx: Transaction, principal: Principal, tender: str, person: str, duty: Duty) -> HeldDuty:
    """Gives a member of the buyer a duty in one of its tenders; one who has it keeps it.

    Raises:
        Conflict: the role is missing, or the person has an incompatible duty, assigned or exercised.
        NotFound: no such tender of the caller's organisation, or no such member.
    """
    buyer = own_tender(tx, principal, tender, lock=True)
    people.by_id(tx, person, lock=True)
    membership = members.one(tx, buyer, person)
    if membership is None or not membership.effective:
        raise NotFound("member_unknown", person=person)
    present = {each.duty: each for each in duties.held(tx, tender, person)}
    if duty in present:
        return present[duty]
    return _assign(tx, principal, membership, HeldDuty(tender, person, duty, exercised=False, since=tx.now()), present)


def _assign(
    tx: Transaction,
    principal: Principal,
    membership: Membership,
    duty: HeldDuty,
    present: dict[Duty, HeldDuty],
) -> HeldDuty:
    check_assignable(duty.duty, present, membership.roles)
    duties.add(tx, duty, principal.person)
    tx.emit(events.duty_assigned(duty, principal.person))
    return duty


def revoke_duty(tx: Transaction, principal: Principal, tender: str, person: str, duty: Duty) -> HeldDuty:
    """Takes a duty from its holder.

    Raises:
        Conflict: it was exercised.
        NotFound: no such tender of the caller's organisation, or nobody of that id has the duty.
    """
    own_tender(tx, principal, tender, lock=True)
    held = next((each for each in duties.held(tx, tender, person) if each.duty == duty), None)
    if held is None:
        raise NotFound("duty_unknown", duty=duty)
    check_revocable(held)
    duties.remove(tx, held)
    tx.emit(events.duty_revoked(held, principal.person))
    return held


def record_draft(tx: Transaction, tender: str, buyer: str, drafter: str) -> None:
    """Remembers whose the tender is and who drafted it."""
    duties.know_tender(tx, tender, buyer)
    record_exercise(tx, tender, drafter, Duty.DRAFTER)


def record_exercise(tx: Transaction, tender: str, person: str, duty: Duty) -> None:
    """Keeps on record that a person acted on a duty. A fact is recorded also where it should not have been allowed."""
    duties.buyer_of(tx, tender, lock=True)
    new = all(each.duty != duty for each in duties.held(tx, tender, person))
    held = HeldDuty(tender, person, duty, exercised=True, since=tx.now())
    duties.add(tx, held, person)
    if new:
        tx.emit(events.duty_assigned(held, person))


def own_tender(tx: Transaction, principal: Principal, tender: str, *, lock: bool = False) -> str:
    """The caller's organisation, if the tender is its own.

    Raises:
        NotFound: another buyer's tender, or one of which identity has not heard (yet).
    """
    buyer = duties.buyer_of(tx, tender, lock=lock)
    if buyer is None or buyer != principal.organisation:
        raise NotFound("tender_unknown", tender=tender)
    return buyer
