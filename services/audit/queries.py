"""What may be asked of the log. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from licita_formats.canonical import loads
from licita_formats.merkle import Nodes, inclusion_proof
from licita_formats.tiles import HASH, WIDTH, Tile, encode_bundle, nodes_from
from sqlalchemy import func, select

from backbone.database import Transaction
from backbone.errors import NotFound
from services.audit import store
from services.audit.domain.case import Case, Told

AFTER_AWARD = ("AwardDecided", "ContractSigned")


@dataclass(frozen=True)
class Proof:
    """Where an event stands, and the hashes from its leaf up to the root of the checkpoint."""

    index: int
    checkpoint: bytes
    hashes: Sequence[bytes]


@dataclass(frozen=True)
class Status:
    """The log's health. `gaps`: producer, the number that is missing, and how many events wait behind it."""

    size: int
    made_at: datetime | None
    gaps: Sequence[dict[str, Any]]
    quarantined: int


def checkpoint(tx: Transaction) -> bytes:
    """The newest signed checkpoint.

    Raises:
        NotFound: nothing was ever logged.
    """
    newest = store.newest_checkpoint(tx)
    if newest is None:
        raise NotFound("log_empty")
    return bytes(newest.note)


def tile(tx: Transaction, wanted: Tile) -> bytes:
    """A tile of hashes.

    Raises:
        NotFound: the log has no such tile yet.
    """
    found = store.hashes(tx, wanted.level, wanted.index * WIDTH, wanted.width)
    if len(found) < wanted.width:
        raise NotFound("tile_unknown")
    return b"".join(found)


def bundle(tx: Transaction, index: int, width: int) -> bytes:
    """A bundle of entries.

    Raises:
        NotFound: the log has no such entries yet.
    """
    found = store.bodies(tx, index * WIDTH, width)
    if len(found) < width:
        raise NotFound("tile_unknown")
    return encode_bundle(found)


def proof(tx: Transaction, event_id: str) -> Proof:
    """The inclusion proof of an event in the newest checkpoint.

    Raises:
        NotFound: no such event in the log.
    """
    index = tx.connection.execute(select(store.leaves.c.index).where(store.leaves.c.event_id == event_id)).scalar()
    newest = store.newest_checkpoint(tx)
    if index is None or newest is None or index >= newest.size:
        raise NotFound("event_unknown")
    return Proof(index, bytes(newest.note), inclusion_proof(_nodes(tx, newest.size), index, newest.size))


def status(tx: Transaction) -> Status:
    """Size, last checkpoint, gaps, quarantine."""
    newest = store.newest_checkpoint(tx)
    quarantined = tx.connection.execute(select(func.count()).select_from(store.quarantine)).scalar_one()
    return Status(newest.size if newest else 0, newest.made_at if newest else None, _gaps(tx), quarantined)


def history(tx: Transaction, reference: str) -> list[Told]:
    """What the log says of a thing, oldest leaf first.

    Raises:
        NotFound: nothing.
    """
    found = _told(tx, [reference])
    if not found:
        raise NotFound("reference_unknown", reference=reference[:80])
    return found


def case(tx: Transaction, tender: str) -> Case:
    """A tender's events with the leaves that its revealed records point to and its winners' register events.

    Raises:
        NotFound: nothing of this tender is in the log.
    """
    events = sorted(history(tx, tender), key=lambda told: (told.time, told.index))
    revealed = [told.data["commitment"] for told in events if told.kind == "RecordRevealed"]
    commitments = {told.data["commitment"]: told for told in _told(tx, revealed)}
    return Case(tender, events, commitments, _told(tx, sorted(_winners(events))))


def _winners(events: Sequence[Told]) -> set[str]:
    awarded = {award["supplier"] for told in events if told.kind == "AwardDecided" for award in told.data["awards"]}
    signed = {told.data["supplier"] for told in events if told.kind == "ContractSigned"}
    return (awarded | signed) - {""}


def _told(tx: Transaction, references: Sequence[str]) -> list[Told]:
    query = select(store.leaves.c.index.label("place"), store.leaves.c.body).where(
        store.leaves.c.reference.in_(references)
    )
    return [_read(row.place, row.body) for row in tx.connection.execute(query.order_by(store.leaves.c.index))]


def _read(index: int, body: bytes) -> Told:
    """The leaf as it is; its signature was checked before it was appended and is checked again by the verifier."""
    event = loads(body.partition(b"\n\n")[0])
    return Told(
        index=index,
        id=event["id"],
        kind=event["type"].rpartition(".")[2],
        producer=event["source"].removeprefix("/licita/"),
        time=datetime.fromisoformat(event["time"]),
        subject=event["subject"],
        actor=event["actor"],
        data=event["data"],
    )


def _gaps(tx: Transaction) -> list[dict[str, Any]]:
    logged = store.last_sequences(tx)
    arrived = tx.connection.execute(
        select(store.arrivals.c.producer, func.max(store.arrivals.c.sequence), func.count()).group_by(
            store.arrivals.c.producer
        )
    )
    return [
        {"producer": producer, "missing": logged.get(producer, 0) + 1, "waiting": count - logged.get(producer, 0)}
        for producer, last, count in arrived
        if last > logged.get(producer, 0)
    ]


def _nodes(tx: Transaction, size: int) -> Nodes:
    def read(wanted: Tile) -> bytes:
        data = tile(tx, wanted)
        assert len(data) == HASH * wanted.width
        return data

    return nodes_from(size, read)
