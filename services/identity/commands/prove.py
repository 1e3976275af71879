"""Proving who somebody is, before the transaction of the act that needs it.

A try is counted and committed before it is examined; the act that succeeds forgets the count. So a wrong try stays
counted although the act that it was for is rolled back, and no row is locked while a hash is computed.
"""

from dataclasses import dataclass

import structlog

from backbone.database import Database, Transaction
from backbone.errors import Forbidden, LicitaError, TooManyRequests, Unauthenticated
from services.identity.credentials import Credentials
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.second_factor import step_of
from services.identity.domain.person import Person, email_key
from services.identity.store import people, sessions

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Proven:
    """A person whose password was right. `new_hash` is to be kept where the old one was made with old parameters."""

    person: Person
    new_hash: str | None


def password_tries(key: str) -> str:
    """What is guessed at with a password: the address, whether it has an account or not."""
    return f"password {key}"


def code_tries(person: str) -> str:
    """What is guessed at with a code of the second factor."""
    return f"code {person}"


def prove_password(database: Database, passwords: Passwords, email: str, password: str) -> Proven:
    """The person with this address and password. Unknown addresses cost the same work and give the same answers.

    Raises:
        TooManyRequests: the address is locked after wrong tries.
        Unauthenticated: no such account, or another password.
    """
    with database.begin() as tx:
        _count(tx, password_tries(email_key(email)))
        person = people.by_email(tx, email)
    if not passwords.verify(person.password_hash if person else None, password) or person is None:
        raise Unauthenticated("login_refused")
    outdated = passwords.outdated(person.password_hash or "")
    return Proven(person, passwords.hash(password) if outdated else None)


def announce_code(database: Database, person: str) -> None:
    """Counts a try at the second factor of somebody signed in.

    Raises:
        TooManyRequests: locked after wrong tries.
    """
    with database.begin() as tx:
        _count(tx, code_tries(person))


def check_code(tx: Transaction, credentials: Credentials, person: Person, sealed: bytes, code: str) -> None:
    """Uses up a code of the second factor whose secret is `sealed`.

    Raises:
        Forbidden: a wrong code, or one that was used before.
    """
    step = step_of(credentials.vault.open(sealed, person.id), code, tx.now())
    if step is None:
        raise Forbidden("second_factor_refused")
    if not people.use_step(tx, person.id, step):
        raise Forbidden("second_factor_used")
    sessions.forget_tries(tx, code_tries(person.id))


def _count(tx: Transaction, guessed: str) -> None:
    try:
        sessions.count_try(tx, guessed)
    except TooManyRequests as error:
        _tell(error)
        raise


def _tell(error: LicitaError) -> None:
    log.warning("tries_exhausted", seconds=error.params["seconds"])
