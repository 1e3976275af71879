"""OCDS releases, byte for byte as they were published. Append only: the database refuses updates and deletions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select

from backbone.database import Transaction
from services.tenders.store.tables import releases


@dataclass(frozen=True)
class Release:
    """One release. `body` is its JSON, `sha256` the digest of that, `number` its place in the tender's sequence."""

    id: str
    tender: str
    ocid: str
    number: int
    tags: tuple[str, ...]
    date: datetime
    sha256: str
    body: bytes
    amends: bool


def next_number(tx: Transaction, tender_id: str) -> int:
    """The next place in the sequence; the tender's lock keeps two from getting the same."""
    query = select(func.coalesce(func.max(releases.c.number), 0)).where(releases.c.tender == tender_id)
    last: int = tx.connection.execute(query).scalar_one()
    return last + 1


def add(tx: Transaction, release: Release) -> None:
    """Keeps a release for good."""
    tx.connection.execute(insert(releases).values({**vars(release), "tags": list(release.tags)}))


def releases_of(tx: Transaction, tender_id: str) -> list[Release]:
    """The tender's releases, oldest first."""
    return _all(tx, select(releases).where(releases.c.tender == tender_id))


def releases_of_process(tx: Transaction, ocid: str) -> list[Release]:
    """The contracting process's releases, oldest first."""
    return _all(tx, select(releases).where(releases.c.ocid == ocid))


def find(tx: Transaction, release_id: str) -> Release | None:
    """One release."""
    return next(iter(_all(tx, select(releases).where(releases.c.id == release_id))), None)


def latest_of_notice(tx: Transaction, tender_id: str) -> str:
    """The id of the release that last stated or amended the notice; empty before publication."""
    query = select(releases.c.id).where(releases.c.tender == tender_id, releases.c.amends)
    return tx.connection.execute(query.order_by(releases.c.number.desc()).limit(1)).scalar_one_or_none() or ""


def _all(tx: Transaction, query: Select[Any]) -> list[Release]:
    rows = tx.connection.execute(query.order_by(releases.c.number)).mappings()
    return [Release(**{**row, "tags": tuple(row["tags"]), "body": bytes(row["body"])}) for row in rows]
