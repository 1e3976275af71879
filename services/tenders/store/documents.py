"""Document versions: rows from and to the domain. The database refuses to change or delete what was written."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, tuple_, update

from backbone.database import Transaction
from services.tenders.domain.document import DocumentVersion
from services.tenders.store.tables import documents

_FIELDS = [column for column in documents.c if column.name != "tender"]


def versions_of(tx: Transaction, tender_id: str) -> tuple[DocumentVersion, ...]:
    """All versions of all documents, in order."""
    query = select(*_FIELDS).where(documents.c.tender == tender_id)
    ordered = query.order_by(documents.c.position, documents.c.version)
    return tuple(DocumentVersion(**row) for row in tx.connection.execute(ordered).mappings())


def add(tx: Transaction, tender_id: str, version: DocumentVersion) -> None:
    """Writes a new version."""
    tx.connection.execute(insert(documents).values(tender=tender_id, **asdict(version)))


def publish(tx: Transaction, versions: Iterable[DocumentVersion], at: datetime) -> None:
    """These versions are public from `at` on."""
    keys = [(each.document, each.version) for each in versions]
    if keys:
        chosen = tuple_(documents.c.document, documents.c.version).in_(keys)
        tx.connection.execute(update(documents).where(chosen).values(published_at=at))
