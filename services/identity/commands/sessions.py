"""Sessions: opening, refreshing, ending."""

from dataclasses import dataclass, replace

from backbone.database import Database, Transaction
from backbone.errors import Conflict, NotFound, Unauthenticated
from backbone.ids import new_id, new_secret
from backbone.principal import Principal
from services.identity import events
from services.identity.commands.prove import Proven, check_code, password_tries
from services.identity.credentials import Credentials
from services.identity.credentials.tokens import digest
from services.identity.domain.membership import Membership, choose
from services.identity.domain.person import Person, check_not_dormant
from services.identity.domain.session import Reason, Session
from services.identity.store import members, people, sessions


@dataclass(frozen=True)
class Opened:
    """A session with what it gives. `refresh_token` is None where the caller keeps the one they have."""

    session: Session
    membership: Membership | None
    access_token: str
    refresh_token: str | None = None


def open_session(
    tx: Transaction, credentials: Credentials, proven: Proven, *, code: str | None, organisation: str | None
) -> Opened:
    """Opens a session for one who gave the password, acting for one organisation.

    Raises:
        Conflict: a code was given and no second factor is enrolled.
        Forbidden: a wrong or used code, not a member of the organisation, or long absent.
        Invalid: several organisations and none chosen.
        Unauthenticated: the password was changed since it was proved.
    """
    person = people.by_id(tx, proven.person.id, lock=True)
    if person is None or person.password_hash != proven.person.password_hash:
        raise Unauthenticated("login_refused")
    with_factor = _give_code(tx, credentials, person, code)
    membership = choose(members.of_person(tx, person.id), organisation)
    now = tx.now()
    check_not_dormant(person, membership.roles if membership else frozenset(), now)
    acting = membership.organisation.id if membership else None
    session = Session(new_id(), person.id, acting, now, now, now if with_factor else None)
    sessions.add(tx, session)
    people.saw(tx, person.id, now)
    if proven.new_hash is not None:
        people.change(tx, person.id, password_hash=proven.new_hash)
    sessions.forget_tries(tx, password_tries(person.email_key))
    tx.emit(events.session_opened(session))
    return give(tx, credentials, session, membership, rotate=True)


def _give_code(tx: Transaction, credentials: Credentials, person: Person, code: str | None) -> bool:
    if code is None:
        return False
    if person.totp_sealed is None:
        raise Conflict("second_factor_not_enrolled")
    check_code(tx, credentials, person, person.totp_sealed, code)
    return True


def notice_reuse(database: Database, token: str) -> None:
    """Ends the session of a refresh token that comes a second time: it, or the one made from it, was stolen.

    Commits on its own, since the refusal that follows rolls the act back.

    Raises:
        Unauthenticated: the token was used before.
    """
    with database.begin() as tx:
        presented = sessions.present(tx, digest(token))
        if presented is None or not presented.used:
            return
        session = presented.session
        ended = sessions.revoke(tx, session.person, Reason.TOKEN_REUSED, id=session.id)
        for event in events.sessions_revoked(ended, session.person, Reason.TOKEN_REUSED, ""):
            tx.emit(event)
    raise Unauthenticated("session_ended")


def refresh_session(tx: Transaction, credentials: Credentials, token: str) -> Opened:
    """New tokens for an old refresh token, with the roles as they are now.

    Raises:
        Unauthenticated: no such token, used, or the session has ended.
    """
    presented, now = sessions.present(tx, digest(token)), tx.now()
    if presented is None or presented.used or not presented.session.alive(now):
        raise Unauthenticated("session_ended")
    session = replace(presented.session, used_at=now)
    membership = acting_for(tx, session)
    sessions.use_token(tx, digest(token), now)
    sessions.change(tx, session.id, used_at=now)
    people.saw(tx, session.person, now)
    return give(tx, credentials, session, membership, rotate=True)


def acting_for(tx: Transaction, session: Session) -> Membership | None:
    """The membership that the session acts on, as it is now.

    Raises:
        Unauthenticated: it has ended.
    """
    if session.organisation is None:
        return None
    membership = members.one(tx, session.organisation, session.person)
    if membership is None or not membership.effective:
        raise Unauthenticated("session_ended")
    return membership


def give(
    tx: Transaction, credentials: Credentials, session: Session, membership: Membership | None, *, rotate: bool
) -> Opened:
    """An access token for the session and, with `rotate`, a new refresh token."""
    access = credentials.tokens.issue(session, membership, tx.now())
    if not rotate:
        return Opened(session, membership, access)
    refresh = new_secret()
    sessions.keep_token(tx, session.id, digest(refresh))
    return Opened(session, membership, access, refresh)


def close_session(tx: Transaction, principal: Principal, session_id: str) -> Session:
    """Ends a session of one's own; one that has ended stays as it is.

    Raises:
        NotFound: none of the caller's.
    """
    session = sessions.by_id(tx, session_id, lock=True)
    if session is None or session.person != principal.person:
        raise NotFound("session_unknown", session=session_id)
    end_sessions(tx, session.person, Reason.CLOSED, principal.person, id=session.id)
    return session


def end_sessions(tx: Transaction, person: str, reason: Reason, actor: str, **which: str) -> None:
    """Ends open sessions of a person; `which` narrows them by `id` or `organisation`."""
    ended = sessions.revoke(tx, person, reason, **which)
    for event in events.sessions_revoked(ended, person, reason, actor):
        tx.emit(event)
