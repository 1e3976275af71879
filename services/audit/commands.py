"""What may be done to the log: append, in sequence, signed; set aside what is not as it must be."""

from collections.abc import Sequence
from typing import Any

import structlog
from licita_formats.checkpoints import Checkpoint, sign_checkpoint
from licita_formats.merkle import Frontier, leaf_hash, root
from licita_formats.notes import NoteError
from licita_formats.tiles import LARGEST_ENTRY, WIDTH
from prometheus_client import Counter, Gauge

from backbone.bus import Delivered
from backbone.database import Transaction
from backbone.events import Received, open_event
from backbone.keys import KeyRing
from services.audit import store
from services.audit.domain.reference import reference_of

log = structlog.get_logger(__name__)
QUARANTINED = Counter("licita_log_quarantined_total", "Messages that the log did not take", ["reason"])
SIZE = Gauge("licita_log_size", "Leaves in the log")
HOLDING = Gauge("licita_log_held_behind_gap", "Events that wait for a missing number", ["producer"])
RUN = 1_000


def append(tx: Transaction, batch: Sequence[Delivered], keys: KeyRing) -> int:
    """Takes a batch from the bus: leaves, tiles and checkpoint in this one transaction; returns the log's size.

    An event enters the log when its producer's number is the next one. Events behind a gap wait in `arrivals`; they
    follow as soon as the missing one comes. What has a wrong signature, or a number that another event already has,
    goes to quarantine with an alarm and never into the log.
    """
    store.be_the_writer(tx)
    producers = {event.producer for event in (_arrive(tx, delivered, keys) for delivered in batch) if event}
    edge = store.frontier(tx)
    size = edge.size
    known = store.last_sequences(tx)
    for producer in sorted(producers):
        _append_run(tx, producer, known.get(producer, 0), edge, keys)
    if edge.size > size:
        _checkpoint(tx, edge, keys)
    SIZE.set(edge.size)
    return edge.size


def _arrive(tx: Transaction, delivered: Delivered, keys: KeyRing) -> Received | None:
    body = delivered.message.value
    try:
        event = _open(delivered, keys)
    except (NoteError, ValueError, KeyError) as error:
        _set_aside(tx, delivered, f"unreadable: {error!r}"[:500])
        return None
    row = {"event_id": event.id, "producer": event.producer, "sequence": event.sequence, "body": body}
    if not store.keep_arrival(tx, row) and not store.is_known(tx, event.id, body):
        _set_aside(tx, delivered, f"another event has the number {event.sequence} of {event.producer}")
    return event


def _open(delivered: Delivered, keys: KeyRing) -> Received:
    if len(delivered.message.value) > LARGEST_ENTRY:
        raise ValueError("larger than an entry of the log may be")
    event = open_event(delivered.message.value, keys.verifiers)
    if delivered.message.topic != f"licita.{event.producer}.v1":
        raise ValueError(f"{event.producer} told it on {delivered.message.topic}")
    return event


def _set_aside(tx: Transaction, delivered: Delivered, reason: str) -> None:
    message = delivered.message
    place = {"topic": message.topic, "partition": delivered.partition, "offset": delivered.offset}
    store.set_aside(tx, {**place, "reason": reason, "body": message.value})
    QUARANTINED.labels(reason=reason.partition(":")[0]).inc()
    log.error("event_quarantined", reason=reason, **place)


def _append_run(tx: Transaction, producer: str, last: int, edge: Frontier, keys: KeyRing) -> None:
    """Appends the producer's events from the next number on, as far as they came without a gap."""
    waiting = 0
    while rows := store.arrived_after(tx, producer, last, RUN):
        ready = [row for place, row in enumerate(rows, start=1) if row.sequence == last + place]
        for row in ready:
            _append_leaf(tx, open_event(row.body, keys.verifiers), row.body, edge)
        last += len(ready)
        waiting = len(rows) - len(ready)
        if waiting or len(rows) < RUN:
            break
    HOLDING.labels(producer=producer).set(waiting)
    if waiting:
        log.warning("event_missing", producer=producer, number=last + 1, waiting=waiting)


def _append_leaf(tx: Transaction, event: Received, body: bytes, edge: Frontier) -> None:
    index, value = edge.size, leaf_hash(body)
    row: dict[str, Any] = {
        "index": index,
        "event_id": event.id,
        "producer": event.producer,
        "sequence": event.sequence,
        "type": event.type,
        "reference": reference_of(event.type, event.subject, event.data),
        "time": event.time,
        "hash": value,
        "body": body,
    }
    store.append_leaf(tx, row)
    edge.append(value)
    _close_tiles(tx, edge.size)


def _close_tiles(tx: Transaction, size: int) -> None:
    """When a tile is full, its root becomes a hash of the level above."""
    level = 0
    while size and size % WIDTH == 0:
        size //= WIDTH
        first = (size - 1) * WIDTH
        level += 1
        store.append_tile_hash(tx, level, size - 1, root(store.hashes(tx, level - 1, first, WIDTH)))


def _checkpoint(tx: Transaction, edge: Frontier, keys: KeyRing) -> None:
    note = sign_checkpoint(Checkpoint(keys.signer.name, edge.size, edge.root()), keys.signer)
    store.save_checkpoint(tx, edge.size, note, edge.hashes)
