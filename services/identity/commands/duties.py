"""Duties in tenders: by appointment, or recorded because somebody acted."""

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, NotFound
from backbone.principal import Principal
from services.identity import events
from services.identity.domain.duties import ROLE_NEEDED, clashing
from services.identity.domain.organisation import Duty
from services.identity.store import duties, organisations


def assign_duty(tx: Transaction, principal: Principal, tender: str, *, person: str, duty: str) -> Duty:
    """Appoints a member of the buyer; who has the duty keeps it.

    The tender's own event tells whose it is. Until it has arrived, the first buyer to appoint is taken for it, and the
    event corrects that.

    Raises:
        NotFound: no such member.
        Forbidden: another buyer's tender.
        Conflict: the person lacks the role, or has an incompatible duty (control 10.1).
    """
    duties.lock(tx, tender)
    _claim(tx, principal, tender)
    membership = organisations.membership(tx, principal.organisation, person)
    if membership is None or not membership.effective:
        raise NotFound("member_unknown", person=person)
    if ROLE_NEEDED[duty] not in membership.roles:
        raise Conflict("duty_needs_role", duty=duty, role=ROLE_NEEDED[duty])
    held = {each.duty: each for each in duties.of_tender(tx, tender, person)}
    if duty in held:
        return held[duty]
    clash = clashing(duty, held)
    if clash:
        raise Conflict("duty_incompatible", duty=duty, held=clash)
    return _add(tx, Duty(tender, person, duty, tx.now(), principal.person))


def revoke_duty(tx: Transaction, principal: Principal, tender: str, *, person: str, duty: str) -> Duty:
    """Ends an appointment.

    Raises:
        Forbidden: another buyer's tender.
        NotFound: nobody of that id has the duty.
        Conflict: it is no appointment but a fact: the person has acted.
    """
    duties.lock(tx, tender)
    _claim(tx, principal, tender)
    held = next((each for each in duties.of_tender(tx, tender, person) if each.duty == duty), None)
    if held is None:
        raise NotFound("duty_unknown", duty=duty)
    if not held.assigned_by:
        raise Conflict("duty_exercised", duty=duty)
    duties.remove(tx, held)
    tx.emit(events.duty_revoked(held, principal.person))
    return held


def record_tender(tx: Transaction, tender: str, buyer: str) -> None:
    """Whose the tender is, as its own event tells. Appointments that another organisation made before fall away."""
    duties.lock(tx, tender)
    known = duties.buyer_of(tx, tender)
    duties.keep_tender(tx, tender, buyer, told=True)
    if known and known[0] != buyer:
        for duty in duties.of_tender(tx, tender):
            duties.remove(tx, duty)
            tx.emit(events.duty_revoked(duty, ""))


def record_exercise(tx: Transaction, tender: str, person: str, duty: str) -> None:
    """Keeps on record that a person acted. A fact is recorded also where it should not have been allowed."""
    duties.lock(tx, tender)
    if duties.buyer_of(tx, tender) is None:
        duties.keep_tender(tx, tender, "", told=False)
    _add(tx, Duty(tender, person, duty, tx.now()))


def _add(tx: Transaction, duty: Duty) -> Duty:
    if duties.add(tx, duty):
        tx.emit(events.duty_assigned(duty))
    return duty


def _claim(tx: Transaction, principal: Principal, tender: str) -> None:
    known = duties.buyer_of(tx, tender)
    if known is None or not (known[0] or known[1]):
        duties.keep_tender(tx, tender, principal.organisation, told=False)
    elif known[0] != principal.organisation:
        raise Forbidden("duties_of_others")
