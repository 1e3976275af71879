"""Enrolling, confirming and giving the second factor."""

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, NotFound, Unauthenticated
from backbone.principal import Principal
from services.identity import events
from services.identity.credentials import second_factor
from services.identity.credentials.vault import Vault
from services.identity.domain.account import Person
from services.identity.store import people


def enrol(tx: Transaction, principal: Principal, vault: Vault) -> tuple[str, str]:
    """A new secret and its `otpauth:` address, shown this once; it counts after its first code.

    Raises:
        Forbidden: there is a second factor, and this session was opened without it.
    """
    person = _own(tx, principal)
    if person.enrolled and not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    secret = second_factor.new_secret()
    people.change(tx, person.id, totp_pending=vault.seal(secret, person.id))
    return secret, second_factor.uri(secret, person.email)


def confirm_enrolment(tx: Transaction, principal: Principal, vault: Vault, code: str) -> Person:
    """Takes the pending secret into use, in the place of an earlier one.

    Raises:
        Conflict: nothing is pending.
        Unauthenticated: the code is wrong.
    """
    person = _own(tx, principal)
    if person.totp_pending is None:
        raise Conflict("second_factor_not_pending")
    step = second_factor.step_of(vault.open(person.totp_pending, person.id), code, tx.now())
    if step is None:
        raise Unauthenticated("second_factor_wrong")
    people.change(tx, person.id, totp_sealed=person.totp_pending, totp_pending=None, totp_step=step)
    people.forgive(tx, person.email)
    tx.emit(events.second_factor_enrolled(person.id))
    return person


def give(tx: Transaction, vault: Vault, person: Person, code: str) -> bool:
    """Uses a code up; false if it is wrong, was used, or is older than one that was. `person` is held by `tx`."""
    if person.totp_sealed is None:
        return False
    step = second_factor.step_of(vault.open(person.totp_sealed, person.id), code, tx.now())
    if step is None or step <= person.totp_step:
        return False
    people.change(tx, person.id, totp_step=step)
    return True


def _own(tx: Transaction, principal: Principal) -> Person:
    person = people.load(tx, principal.person, lock=True)
    if person is None:
        raise NotFound("person_unknown", person=principal.person)
    return person
