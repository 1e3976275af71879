"""Sessions and their refresh tokens, of which only digests are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from backbone.database import Transaction
from services.identity.domain.session import Session
from services.identity.store.tables import sessions, spent_tokens


def add(tx: Transaction, session: Session, refresh_sha256: str) -> None:
    """Writes a new session."""
    row = {
        "id": session.id,
        "person": session.person,
        "organisation": session.organisation,
        "refresh_sha256": refresh_sha256,
        "opened_at": session.opened_at,
        "expires_at": session.expires_at,
        "second_factor_at": session.second_factor_at,
        "revoked_for": "",
    }
    tx.connection.execute(insert(sessions), row)


def load(tx: Transaction, session_id: str) -> Session | None:
    """One session."""
    row = tx.connection.execute(select(sessions).where(sessions.c.id == session_id)).one_or_none()
    return _session(row) if row else None


def by_refresh_token(tx: Transaction, sha256: str) -> tuple[Session, bool] | None:
    """The session whose token this is or was, held against other transactions, and whether it is the present one."""
    present = select(sessions).where(sessions.c.refresh_sha256 == sha256).with_for_update()
    row = tx.connection.execute(present).one_or_none()
    if row is not None:
        return _session(row), True
    spent = select(spent_tokens.c.session).where(spent_tokens.c.sha256 == sha256).scalar_subquery()
    row = tx.connection.execute(select(sessions).where(sessions.c.id == spent).with_for_update()).one_or_none()
    return (_session(row), False) if row else None


def rotate(tx: Transaction, session: Session, spent_sha256: str, fresh_sha256: str) -> None:
    """Puts a fresh refresh token in the place of the one just spent, and keeps the session's organisation."""
    tx.connection.execute(insert(spent_tokens), {"sha256": spent_sha256, "session": session.id})
    values = {"refresh_sha256": fresh_sha256, "organisation": session.organisation}
    tx.connection.execute(update(sessions).where(sessions.c.id == session.id).values(values))


def confirm(tx: Transaction, session_id: str, at: datetime) -> None:
    """Notes a second factor."""
    tx.connection.execute(update(sessions).where(sessions.c.id == session_id).values(second_factor_at=at))


def open_of(tx: Transaction, person_id: str, now: datetime, organisation: str | None = None) -> list[Session]:
    """The person's sessions that still hold, of one organisation or all, oldest first."""
    held = select(sessions).where(
        sessions.c.person == person_id, sessions.c.revoked_at.is_(None), sessions.c.expires_at > now
    )
    if organisation is not None:
        held = held.where(sessions.c.organisation == organisation)
    return [_session(row) for row in tx.connection.execute(held.order_by(sessions.c.opened_at, sessions.c.id))]


def revoke(tx: Transaction, session_id: str, reason: str, at: datetime) -> bool:
    """Ends a session; false if it had been ended before."""
    held = update(sessions).where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
    return bool(tx.connection.execute(held.values(revoked_at=at, revoked_for=reason)).rowcount)


def _session(row: Row[Any]) -> Session:
    return Session(
        row.id, row.person, row.organisation, row.opened_at, row.expires_at, row.second_factor_at, row.revoked_at
    )
