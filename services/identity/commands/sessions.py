"""Opening, renewing and ending sessions."""

from dataclasses import dataclass, replace
from datetime import datetime

from backbone.database import Database, Transaction
from backbone.errors import Conflict, Forbidden, NotFound, Unauthenticated
from backbone.ids import new_id, new_secret
from backbone.principal import Principal
from services.identity import events
from services.identity.commands import second_factor
from services.identity.commands.attempts import begin_attempt
from services.identity.credentials import Credentials
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.tokens import LIFETIME_SECONDS, digest
from services.identity.domain.account import Person, dormant
from services.identity.domain.organisation import Membership, Organisation, choose
from services.identity.domain.session import LIFETIME, SIGNED_OUT, TOKEN_REUSED, Session
from services.identity.store import organisations, people, sessions


@dataclass(frozen=True)
class Signed:
    """A session with its tokens; `refresh_token` is empty where the old one stays good."""

    session: Session
    organisation: Organisation | None
    roles: frozenset[str]
    access_token: str
    refresh_token: str = ""
    expires_in: int = LIFETIME_SECONDS


def check_credentials(database: Database, passwords: Passwords, email: str, password: str) -> str:
    """The id of the person whose e-mail address and password these are.

    The same work is done for an unknown address, and the answer is the same.

    Raises:
        TooManyRequests: too many failures before.
        Unauthenticated: wrong.
    """
    with database.begin() as tx:
        begin_attempt(tx, email)
        person = people.by_email(tx, email)
    matches = passwords.verify(person.password_hash if person else "", password)
    if person is None or not matches:
        raise Unauthenticated("credentials_wrong")
    with database.begin() as tx:
        people.take_back(tx, email)
    return person.id


def open_session(tx: Transaction, credentials: Credentials, person_id: str, *, totp: str, organisation: str) -> Signed:
    """Opens a session for somebody whose password was right. Without a code, staff can only enrol a second factor.

    Raises:
        Unauthenticated: the code is wrong or was used before.
        Forbidden: not a member of that organisation, or away for too long.
        Invalid: member of several organisations and none named.
    """
    person = _load(tx, person_id)
    membership = choose(organisations.memberships_of(tx, person.id), organisation)
    now = tx.now()
    if dormant(person.last_seen_at, membership.roles if membership else (), now):
        raise Forbidden("account_dormant")
    if totp and not second_factor.give(tx, credentials.vault, person, totp):
        raise Unauthenticated("second_factor_wrong")
    session = Session(
        new_id(), person.id, membership.organisation if membership else "", now, now + LIFETIME, now if totp else None
    )
    refresh_token = new_secret()
    sessions.add(tx, session, digest(refresh_token))
    people.change(tx, person.id, last_seen_at=now)
    people.forgive(tx, person.email)
    tx.emit(events.session_opened(session))
    return replace(_signed(tx, credentials, session, membership, now), refresh_token=refresh_token)


def refresh(tx: Transaction, credentials: Credentials, token: str) -> Signed | None:
    """New tokens with the roles as they are now; None where the session does not hold.

    A token that was spent before ends its session: one of the two who have it stole it. A session opened before its
    person belonged anywhere takes up the first membership.
    """
    found = sessions.by_refresh_token(tx, digest(token))
    if found is None:
        return None
    (session, present), now = found, tx.now()
    if not session.open(now):
        return None
    if not present:
        revoke(tx, session, TOKEN_REUSED, session.person)
        return None
    membership = _membership(tx, session)
    if session.organisation and membership is None:
        return None
    session = replace(session, organisation=membership.organisation if membership else "")
    fresh = new_secret()
    sessions.rotate(tx, session, digest(token), digest(fresh))
    return replace(_signed(tx, credentials, session, membership, now), refresh_token=fresh)


def begin_second_factor(database: Database, principal: Principal) -> None:
    """Counts an attempt at a code, in a transaction of its own.

    Raises:
        TooManyRequests: too many failures before.
    """
    with database.begin() as tx:
        begin_attempt(tx, _load(tx, principal.person).email)


def confirm_second_factor(tx: Transaction, principal: Principal, credentials: Credentials, code: str) -> Signed:
    """Gives the second factor again; the session's tokens say so from now on.

    Raises:
        Conflict: no second factor is enrolled.
        Unauthenticated: the code is wrong or was used, or the session has ended.
    """
    person = _load(tx, principal.person)
    if not person.enrolled:
        raise Conflict("second_factor_not_enrolled")
    if not second_factor.give(tx, credentials.vault, person, code):
        raise Unauthenticated("second_factor_wrong")
    session, now = sessions.load(tx, principal.session), tx.now()
    if session is None or not session.open(now):
        raise Unauthenticated("session_ended")
    sessions.confirm(tx, session.id, now)
    people.forgive(tx, person.email)
    return _signed(tx, credentials, replace(session, second_factor_at=now), _membership(tx, session), now)


def close_session(tx: Transaction, principal: Principal, session_id: str) -> Session:
    """Ends a session of one's own; one that has ended stays as it is.

    Raises:
        NotFound: none of the caller's.
    """
    session = sessions.load(tx, session_id)
    if session is None or session.person != principal.person:
        raise NotFound("session_unknown", session=session_id)
    revoke(tx, session, SIGNED_OUT, principal.person)
    return sessions.load(tx, session_id) or session


def revoke(tx: Transaction, session: Session, reason: str, actor: str) -> None:
    """Ends a session and tells it, once."""
    if sessions.revoke(tx, session.id, reason, tx.now()):
        tx.emit(events.session_revoked(session, reason, actor))


def _load(tx: Transaction, person_id: str) -> Person:
    person = people.load(tx, person_id, lock=True)
    if person is None:
        raise NotFound("person_unknown", person=person_id)
    return person


def _membership(tx: Transaction, session: Session) -> Membership | None:
    if session.organisation:
        found = organisations.membership(tx, session.organisation, session.person)
        return found if found and found.effective else None
    effective = [each for each in organisations.memberships_of(tx, session.person) if each.effective]
    return effective[0] if effective else None


def _signed(
    tx: Transaction, credentials: Credentials, session: Session, membership: Membership | None, now: datetime
) -> Signed:
    organisation = organisations.load(tx, membership.organisation) if membership else None
    access_token = credentials.tokens.issue(session, organisation, membership, now)
    return Signed(session, organisation, membership.roles if membership else frozenset(), access_token)
