"""Opening committees: rows from and to the domain."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from services.tenders.domain.committee import Committee, Member
from services.tenders.store.tables import committees, members

_FIELDS = (members.c.member, members.c.recipient, members.c.canary_sha256, members.c.canary_opened_at)


def load(tx: Transaction, tender_id: str) -> Committee | None:
    """The committee as it is now."""
    row = tx.connection.execute(select(committees.c.threshold).where(committees.c.tender == tender_id)).one_or_none()
    if row is None:
        return None
    query = select(*_FIELDS).where(members.c.tender == tender_id).order_by(members.c.position)
    return Committee(row.threshold, tuple(Member(**each) for each in tx.connection.execute(query).mappings()))


def save(tx: Transaction, tender_id: str, committee: Committee, at: datetime) -> None:
    """Puts this committee into the place of the one before."""
    row = {"threshold": committee.threshold, "appointed_at": at}
    added = pg_insert(committees).values(tender=tender_id, **row)
    tx.connection.execute(added.on_conflict_do_update(index_elements=["tender"], set_=row))
    tx.connection.execute(delete(members).where(members.c.tender == tender_id))
    rows = [
        {"tender": tender_id, "position": place, **vars(each)} for place, each in enumerate(committee.members, start=1)
    ]
    tx.connection.execute(insert(members), rows)


def save_member(tx: Transaction, tender_id: str, member: Member) -> None:
    """Writes one member's key and its proof."""
    chosen = (members.c.tender == tender_id, members.c.member == member.member)
    tx.connection.execute(update(members).where(*chosen).values(vars(member)))
