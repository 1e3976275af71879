"""Accounts: registering, taking up an invitation, enrolling a second factor."""

from dataclasses import dataclass, replace

from backbone.database import Database, Transaction
from backbone.errors import Conflict, Forbidden, NotFound, Unauthenticated
from backbone.ids import new_id
from backbone.policy import FRESH_SECONDS
from backbone.principal import Principal
from services.identity import events
from services.identity.commands.prove import check_code, password_tries, prove_password
from services.identity.credentials import Credentials, second_factor
from services.identity.credentials.tokens import digest
from services.identity.domain.person import Person
from services.identity.domain.roles import check_compatible
from services.identity.domain.session import Session
from services.identity.store import members, people, sessions


@dataclass(frozen=True)
class Enrolment:
    """A new secret, shown once. `uri` is what an authenticator app reads."""

    secret: str
    uri: str


@dataclass(frozen=True)
class Acceptance:
    """Who takes up an invitation: an existing person who gave the password, or a new one with the hash of theirs."""

    person: str
    new_hash: str | None


def register_person(tx: Transaction, *, email: str, name: str, language: str, password_hash: str) -> str:
    """Opens an account; returns its id. Invitations to the address stay open until their codes are given.

    Raises:
        Conflict: the address has an account (control 10.3: one person, one account).
    """
    sessions.hold(tx, f"email {email}")
    known = people.by_email(tx, email, lock=True)
    if known is None:
        person = Person(new_id(), email, name, language, password_hash, tx.now())
        people.add(tx, person)
        tx.emit(events.person_registered(person.id, person.id))
        return person.id
    if known.password_hash is not None:
        raise Conflict("person_already_registered")
    people.change(tx, known.id, name=name, language=language, password_hash=password_hash, seen_at=tx.now())
    return known.id


def prove_acceptance(database: Database, credentials: Credentials, code: str, password: str) -> Acceptance:
    """Who gives the code. A new account gets the password; an existing one must be proved with its own.

    Raises:
        TooManyRequests: the address is locked after wrong tries.
        Unauthenticated: no such code, an expired one, or another password.
    """
    with database.read() as tx:
        membership = members.invited(tx, digest(code), tx.now())
        person = people.by_id(tx, membership.person) if membership else None
    if person is None:
        raise Unauthenticated("activation_refused")
    if person.password_hash is None:
        return Acceptance(person.id, credentials.passwords.hash(password))
    return Acceptance(prove_password(database, credentials.passwords, person.email, password).person.id, None)


def accept_invitation(tx: Transaction, code: str, acceptance: Acceptance) -> str:
    """Gives effect to the membership of the code, which works once. Returns the person's id.

    Raises:
        Conflict: the roles are incompatible with others that the person has come to hold since.
        Unauthenticated: the code was used or replaced, or the account taken up, in between.
    """
    person = people.by_id(tx, acceptance.person, lock=True)
    membership = members.invited(tx, digest(code), tx.now(), lock=True)
    if person is None or membership is None or (person.password_hash is None) != (acceptance.new_hash is not None):
        raise Unauthenticated("activation_refused")
    held = members.of_person(tx, person.id)
    check_compatible(membership.roles.union(*(each.roles for each in held)))
    if acceptance.new_hash is not None:
        people.change(tx, person.id, password_hash=acceptance.new_hash)
    members.accept(tx, membership, tx.now())
    people.saw(tx, person.id, tx.now())
    sessions.forget_tries(tx, password_tries(person.email_key))
    tx.emit(events.membership_accepted(membership))
    return person.id


def begin_enrolment(tx: Transaction, credentials: Credentials, principal: Principal) -> Enrolment:
    """Makes a secret for a second factor; it counts from its first code on. Until then the old one counts.

    Raises:
        Forbidden: there is a second factor, and the caller has not given it within the last 15 minutes.
    """
    person = must_find(tx, principal)
    if person.has_second_factor and tx.now().timestamp() - principal.second_factor_at > FRESH_SECONDS:
        raise Forbidden("second_factor_stale" if principal.has_second_factor else "second_factor_missing")
    secret = second_factor.new_secret()
    people.change(tx, person.id, totp_pending=credentials.vault.seal(secret, person.id))
    return Enrolment(secret, second_factor.uri(secret, person.email))


def confirm_enrolment(tx: Transaction, credentials: Credentials, principal: Principal, code: str) -> Session:
    """Puts the new secret into force with its first code, which counts as the session's second factor.

    Raises:
        Conflict: no enrolment was begun.
        Forbidden: a wrong code.
    """
    person = must_find(tx, principal)
    if person.totp_pending is None:
        raise Conflict("enrolment_not_begun")
    check_code(tx, credentials, person, person.totp_pending, code)
    people.change(tx, person.id, totp_sealed=person.totp_pending, totp_pending=None)
    tx.emit(events.second_factor_enrolled(person.id))
    return renew_second_factor(tx, principal)


def confirm_second_factor(tx: Transaction, credentials: Credentials, principal: Principal, code: str) -> Session:
    """Gives the second factor again, before an act that needs a fresh one.

    Raises:
        Conflict: none is enrolled.
        Forbidden: a wrong code, or one that was used before.
    """
    person = must_find(tx, principal)
    if person.totp_sealed is None:
        raise Conflict("second_factor_not_enrolled")
    check_code(tx, credentials, person, person.totp_sealed, code)
    session = renew_second_factor(tx, principal)
    tx.emit(events.second_factor_confirmed(session))
    return session


def renew_second_factor(tx: Transaction, principal: Principal) -> Session:
    """The caller's session with the second factor given now."""
    session, now = sessions.by_id(tx, principal.session, lock=True), tx.now()
    if session is None:
        raise Unauthenticated("session_ended")
    sessions.change(tx, session.id, second_factor_at=now)
    return replace(session, second_factor_at=now)


def must_find(tx: Transaction, principal: Principal) -> Person:
    """The caller's own account, held against others.

    Raises:
        NotFound: the token's person does not exist here.
    """
    person = people.by_id(tx, principal.person, lock=True)
    if person is None:
        raise NotFound("person_unknown", person=principal.person)
    return person
