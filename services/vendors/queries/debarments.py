"""The public register of debarments, ended ones too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from backbone.database import Transaction
from backbone.paging import page
from services.vendors.domain.debarment import Debarment, State
from services.vendors.domain.vendor import Vendor
from services.vendors.store import debarments, vendors
from services.vendors.store.tables import debarments as table


@dataclass(frozen=True)
class Listed:
    """A line of the register and what it is at the instant of the answer."""

    debarment: Debarment
    vendor: Vendor
    state: State
    decided_at: datetime


def list_debarments(tx: Transaction, vendor_id: str | None, cursor: str | None) -> tuple[list[Listed], str | None, str]:
    """A page in the order of decision, of one supplier or of all; the next cursor; the version of the list.

    Raises:
        Invalid: an unknown cursor.
    """
    query = select(table)
    if vendor_id:
        query = query.where(table.c.vendor == vendor_id)
    rows, following = page(tx, query, table.c.decided_at, table, cursor)
    known, now = vendors.load_many(tx, [row.vendor for row in rows]), tx.now()
    found = [(debarments.as_debarment(row), row.decided_at) for row in rows]
    listed = [Listed(each, known[each.vendor], each.state(now), at) for each, at in found]
    return listed, following, debarments.list_version(tx)
