"""Making accounts: by oneself, or by accepting an invitation."""

from backbone.database import Database, Transaction
from backbone.errors import Conflict, Invalid, NotFound, Unauthenticated
from backbone.ids import new_id
from services.identity import events
from services.identity.commands.attempts import begin_attempt
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.tokens import digest
from services.identity.domain.account import Person, weak
from services.identity.domain.organisation import Membership
from services.identity.store import organisations, people


def check_password(password: str, email: str) -> None:
    """Refuses passwords that are guessed first.

    Raises:
        Invalid: too short, nearly one character, or with the e-mail address in it.
    """
    if weak(password, email):
        raise Invalid("password_weak")


def register_person(tx: Transaction, *, email: str, password_hash: str, name: str, language: str) -> Person:
    """Makes an account, without any organisation yet.

    Raises:
        Conflict: the e-mail address has an account.
    """
    person = Person(new_id(), email, name, language, tx.now(), password_hash)
    if not people.add(tx, person):
        raise Conflict("email_taken")
    tx.emit(events.person_registered(person.id, person.id))
    return person


def prepare_activation(database: Database, passwords: Passwords, code: str, password: str) -> str:
    """The hash to keep for a new account, empty where the account of the invitation has this password already.

    Raises:
        NotFound: no such code, or it is too old.
        Invalid: a new account's password is too weak.
        Unauthenticated: the account exists, and its password is another.
        TooManyRequests: too many wrong passwords for it.
    """
    with database.begin() as tx:
        person = _invited(tx, code)[1]
        if person.password_hash:
            begin_attempt(tx, person.email)
    if not person.password_hash:
        check_password(password, person.email)
        return passwords.hash(password)
    if not passwords.verify(person.password_hash, password):
        raise Unauthenticated("credentials_wrong")
    with database.begin() as tx:
        people.take_back(tx, person.email)
    return ""


def activate(tx: Transaction, code: str, password_hash: str) -> Person:
    """Accepts an invitation: its roles count from now on. An account that had no password gets this one.

    Raises:
        NotFound: no such code, it is too old, or somebody used it just now.
    """
    membership, person = _invited(tx, code)
    if bool(password_hash) == bool(person.password_hash) or not organisations.take_invitation(tx, digest(code)):
        raise NotFound("invitation_unknown")
    now = tx.now()
    kept = {"password_hash": password_hash} if password_hash else {}
    people.change(tx, person.id, last_seen_at=now, **kept)
    organisations.accept(tx, membership.organisation, person.id, now)
    tx.emit(events.membership_granted(membership))
    return person


def _invited(tx: Transaction, code: str) -> tuple[Membership, Person]:
    row = organisations.invitation(tx, digest(code))
    if row is None or row.expires_at <= tx.now():
        raise NotFound("invitation_unknown")
    person = people.load(tx, row.person, lock=True)
    membership = organisations.membership(tx, row.organisation, row.person)
    if person is None or membership is None:
        raise NotFound("invitation_unknown")
    return membership, person
