"""Tables of the log. Rows are only ever added."""

from collections.abc import Sequence
from typing import Any

from licita_formats.merkle import Frontier
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction

metadata = MetaData()
HASH_BYTES = 32
WRITER_LOCK = 0x6C6F67

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("event_id", Text),
    Column("producer", Text),
    Column("sequence", BigInteger),
    Column("body", LargeBinary),
    Column("arrived_at", DateTime(timezone=True)),
)
leaves = Table(
    "leaves",
    metadata,
    Column("index", BigInteger, primary_key=True),
    Column("event_id", Text),
    Column("producer", Text),
    Column("sequence", BigInteger),
    Column("type", Text),
    Column("reference", Text),
    Column("time", DateTime(timezone=True)),
    Column("hash", LargeBinary),
    Column("body", LargeBinary),
)
tile_hashes = Table(
    "tile_hashes",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hash", LargeBinary),
)
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True),
    Column("note", LargeBinary),
    Column("frontier", LargeBinary),
    Column("made_at", DateTime(timezone=True)),
)
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("topic", Text),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("reason", Text),
    Column("body", LargeBinary),
    Column("arrived_at", DateTime(timezone=True)),
)


def be_the_writer(tx: Transaction) -> None:
    """Waits until this transaction alone may append."""
    tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})


def newest_checkpoint(tx: Transaction) -> Row[Any] | None:
    """The last checkpoint's row; None for an empty log."""
    return tx.connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()


def frontier(tx: Transaction) -> Frontier:
    """The right edge of the tree, as the last checkpoint kept it."""
    last = newest_checkpoint(tx)
    if last is None:
        return Frontier()
    packed = last.frontier
    return Frontier(last.size, [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)])


def save_checkpoint(tx: Transaction, size: int, note: bytes, edge: Sequence[bytes]) -> None:
    """Adds a checkpoint with the edge of the tree it signs."""
    tx.connection.execute(insert(checkpoints).values(size=size, note=note, frontier=b"".join(edge)))


def keep_arrival(tx: Transaction, row: dict[str, Any]) -> bool:
    """Keeps an event that came; False if it, or another of the same number, was there before."""
    kept = tx.connection.execute(pg_insert(arrivals).values(row).on_conflict_do_nothing())
    return bool(kept.rowcount)


def is_known(tx: Transaction, event_id: str, body: bytes) -> bool:
    """Whether these very bytes arrived before: a repeated delivery, not a second event with the same number."""
    found = select(arrivals.c.id).where(arrivals.c.event_id == event_id, arrivals.c.body == body)
    return tx.connection.execute(found).first() is not None


def set_aside(tx: Transaction, row: dict[str, Any]) -> None:
    """Puts into quarantine what the log does not take."""
    tx.connection.execute(pg_insert(quarantine).values(row).on_conflict_do_nothing())


def last_sequences(tx: Transaction) -> dict[str, int]:
    """The last number of each producer that is in the log."""
    rows = tx.connection.execute(text("SELECT producer, max(sequence) FROM leaves GROUP BY producer"))
    return {row[0]: row[1] for row in rows}


def arrived_after(tx: Transaction, producer: str, sequence: int, limit: int) -> Sequence[Row[Any]]:
    """A producer's events with higher numbers, in order."""
    query = select(arrivals).where(arrivals.c.producer == producer, arrivals.c.sequence > sequence)
    return tx.connection.execute(query.order_by(arrivals.c.sequence).limit(limit)).all()


def append_leaf(tx: Transaction, row: dict[str, Any]) -> None:
    """Adds a leaf."""
    tx.connection.execute(insert(leaves).values(row))


def append_tile_hash(tx: Transaction, level: int, index: int, value: bytes) -> None:
    """Adds the root of a full tile of the level below."""
    tx.connection.execute(insert(tile_hashes).values(level=level, index=index, hash=value))


def hashes(tx: Transaction, level: int, first: int, count: int) -> list[bytes]:
    """Consecutive hashes of a tile level; level 0 are the leaves."""
    table = leaves if level == 0 else tile_hashes
    query = select(table.c.hash).where(table.c.index >= first, table.c.index < first + count).order_by(table.c.index)
    if level:
        query = query.where(tile_hashes.c.level == level)
    return list(tx.connection.execute(query).scalars())


def bodies(tx: Transaction, first: int, count: int) -> list[bytes]:
    """Consecutive leaves as they are."""
    query = select(leaves.c.body).where(leaves.c.index >= first, leaves.c.index < first + count)
    return list(tx.connection.execute(query.order_by(leaves.c.index)).scalars())
