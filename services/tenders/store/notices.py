"""Notice versions as they were published. Append only: the database refuses updates and deletions."""

from typing import Any

from sqlalchemy import Row, insert, select

from backbone.database import Transaction
from services.tenders.domain.notice import NoticeVersion
from services.tenders.store.tables import notices


def add(tx: Transaction, tender_id: str, notice: NoticeVersion) -> None:
    """Keeps a version for good."""
    tx.connection.execute(insert(notices).values(tender=tender_id, **vars(notice)))


def latest(tx: Transaction, tender_id: str) -> NoticeVersion | None:
    """The notice as it stands; None before publication."""
    query = select(notices).where(notices.c.tender == tender_id).order_by(notices.c.version.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _version(row) if row else None


def versions_of(tx: Transaction, tender_id: str) -> list[NoticeVersion]:
    """All versions, oldest first."""
    query = select(notices).where(notices.c.tender == tender_id).order_by(notices.c.version)
    return [_version(row) for row in tx.connection.execute(query)]


def _version(row: Row[Any]) -> NoticeVersion:
    return NoticeVersion(row.version, row.sha256, row.notice, row.published_at)
