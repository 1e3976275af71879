"""Cursor paging: an answer's `next` names its last row, so that a page neither skips nor repeats rows added since."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, select, tuple_

from backbone.database import Transaction
from backbone.errors import Invalid

PAGE_SIZE = 50


def page(
    tx: Transaction,
    query: Select[Any],
    order: ColumnElement[Any],
    table: Table,
    cursor: str | None,
    size: int = PAGE_SIZE,
) -> tuple[list[Row[Any]], str | None]:
    """At most `size` rows of `query` after the row whose id is `cursor`, by `order` and id, and the next cursor.

    `query` selects the text column `id` of `table`; it makes rows of one instant distinct. `order` must never change
    for a row.

    Raises:
        Invalid: the cursor is none that an answer gave.
    """
    if cursor:
        query = query.where(tuple_(order, table.c.id) > _place(tx, order, table, cursor))
    rows = list(tx.connection.execute(query.order_by(order, table.c.id).limit(size + 1)))
    more = len(rows) > size
    return rows[:size], str(rows[size - 1].id) if more else None


def _place(tx: Transaction, order: ColumnElement[Any], table: Table, cursor: str) -> Any:
    known = cursor.isprintable() and cursor.isascii()
    place = (
        tx.connection.execute(select(order, table.c.id).where(table.c.id == cursor)).one_or_none() if known else None
    )
    if place is None:
        raise Invalid("cursor_unknown")
    return tuple_(*place)
