"""The relay: carries events from the outbox to the bus, in order, once each in effect.

One relay per service works at a time, under an advisory lock. It takes unsent rows, never rows above a highest id:
identity values are given before commit, so a slower transaction may still fill a lower one. In a first transaction it
gives the rows their sequence numbers and signatures; only then does it publish, and marks them sent after the ack.
A crash between the two publishes the same bytes again, which every listener recognises by the event's id.
See docs/decisions/0003-the-relay-numbers-events.md for why numbers are not given in the business transaction.
"""

import threading
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, func, select, text, update

from backbone.bus import BusUnavailable, Message, Publisher
from backbone.database import Database, translated_errors
from backbone.errors import Unavailable
from backbone.events import cloud_event, sign_event
from backbone.keys import KeyRing
from backbone.tables import outbox

RELAY_LOCK = 0x6C696369  # any constant will do; each service has a database of its own
BATCH = 500
log = structlog.get_logger(__name__)


class Relay:
    """Publishes one service's journal to its topic."""

    def __init__(self, service: str, database: Database, publisher: Publisher, keys: KeyRing) -> None:
        self._service = service
        self._topic = f"licita.{service}.v1"
        self._database = database
        self._publisher = publisher
        self._keys = keys

    def run(self, stop: threading.Event, idle_seconds: float = 0.05) -> None:
        """Relays until `stop` is set. Lost servers are waited for; nothing is ever skipped."""
        while not stop.is_set():
            try:
                sent = self.relay_once()
            except (Unavailable, BusUnavailable) as error:
                log.warning("relay_waits", error=str(error))
                stop.wait(1)
                continue
            if not sent:
                stop.wait(idle_seconds)

    def relay_once(self) -> int:
        """Sends at most one batch; returns how many events went out.

        Raises:
            Unavailable: the database is away.
            BusUnavailable: the bus did not acknowledge; the same events go out next time.
        """
        with translated_errors(), self._database.engine.connect() as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": RELAY_LOCK}).scalar_one():
                return 0
            try:
                return self._relay_batch(connection)
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": RELAY_LOCK})
                connection.commit()

    def _relay_batch(self, connection: Connection) -> int:
        rows = self._number(connection)
        if not rows:
            return 0
        self._publisher.publish([Message(self._topic, row["key"], row["body"], {}) for row in rows])
        connection.execute(
            update(outbox).where(outbox.c.id.in_([row["id"] for row in rows])).values(sent_at=func.clock_timestamp())
        )
        connection.commit()
        return len(rows)

    def _number(self, connection: Connection) -> list[dict[str, Any]]:
        """Gives numbers and signatures to unsent rows that have none; returns the batch in sequence order."""
        pending = connection.execute(
            select(outbox)
            .where(outbox.c.sent_at.is_(None))
            .order_by(outbox.c.sequence.nulls_last(), outbox.c.id)
            .limit(BATCH)
        ).all()
        fresh = [row for row in pending if row.body is None]
        bodies = self._sign(connection, fresh) if fresh else {}
        if bodies:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == bindparam("row_id"))
                .values(sequence=bindparam("number"), body=bindparam("note")),
                list(bodies.values()),
            )
        connection.commit()
        return [{"id": row.id, "key": row.key, "body": row.body or bodies[row.id]["note"]} for row in pending]

    def _sign(self, connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
        last = connection.execute(select(func.coalesce(func.max(outbox.c.sequence), 0))).scalar_one()
        return {
            row.id: {"row_id": row.id, "number": number, "note": self._note(row, number)}
            for number, row in enumerate(rows, start=last + 1)
        }

    def _note(self, row: Row[Any], number: int) -> bytes:
        event = cloud_event(
            event_id=row.event_id,
            producer=self._service,
            kind=row.type,
            subject=row.subject,
            time=row.time,
            sequence=number,
            actor=row.actor,
            data=row.data,
        )
        return sign_event(event, self._keys.signer)
