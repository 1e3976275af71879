"""The listener: others' events become commands, each exactly once in effect.

For each event one transaction { remember the event's id, run the handler }, then the exact position is committed to
the bus. A lost server is waited for. An event that keeps failing is parked with its error and an alarm, so that it
does not stop its partition; it is never dropped.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from google.protobuf.message import Message as ProtoMessage
from prometheus_client import Counter
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.bus import BusUnavailable, Delivered, PartitionTaken, Subscriber
from backbone.database import Database, Transaction
from backbone.errors import Unavailable
from backbone.events import Received, open_event
from backbone.keys import KeyRing
from backbone.tables import inbox, parked

TRIES = 3
log = structlog.get_logger(__name__)
PARKED = Counter("licita_events_parked_total", "Events set aside after repeated failure", ["type"])

Handler = Callable[[Transaction, Received], None]


@dataclass(frozen=True)
class Subscription:
    """What a service does on one type of event. `message` names the type and documents the shape."""

    message: type[ProtoMessage]
    handler: Handler

    @property
    def type(self) -> str:
        """The full name of the message."""
        return str(self.message.DESCRIPTOR.full_name)


class Listener:
    """Consumes topics for one service."""

    def __init__(
        self,
        database: Database,
        keys: KeyRing,
        subscriptions: Sequence[Subscription],
        open_subscriber: Callable[[], Subscriber],
    ) -> None:
        self._database = database
        self._keys = keys
        self._handlers: Mapping[str, Handler] = {each.type: each.handler for each in subscriptions}
        self._open = open_subscriber

    def run(self, stop: threading.Event) -> None:
        """Listens until `stop` is set; reconnects by itself."""
        while not stop.is_set():
            try:
                self._listen(stop)
            except (BusUnavailable, Unavailable) as error:
                log.warning("listener_waits", error=str(error))
                stop.wait(1)

    def _listen(self, stop: threading.Event) -> None:
        subscriber = self._open()
        try:
            while not stop.is_set():
                self._take(subscriber, stop)
        finally:
            subscriber.close()

    def _take(self, subscriber: Subscriber, stop: threading.Event) -> None:
        for delivered in subscriber.poll(timeout=0.5, limit=100):
            if stop.is_set():
                return
            self.handle(delivered, stop)
            try:
                subscriber.commit(delivered)
            except PartitionTaken:
                return  # whoever has the partition now gets the rest; the inbox knows what was handled here

    def handle(self, delivered: Delivered, stop: threading.Event) -> None:
        """Runs the handler; parks the event after `TRIES` failures.

        Raises:
            Unavailable: the database is away; nothing was lost, the event comes again.
        """
        for attempt in range(1, TRIES + 1):
            try:
                self._handle_once(delivered.message.value)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("event_failed", topic=delivered.message.topic, offset=delivered.offset, attempt=attempt)
                if attempt == TRIES:
                    self._park(delivered, error)
                stop.wait(0.1 * 2**attempt)
            else:
                return

    def _handle_once(self, body: bytes) -> None:
        event = open_event(body, self._keys.verifiers)
        handler = self._handlers.get(event.type)
        if handler is None:
            return
        with self._database.begin() as tx:
            remembered = pg_insert(inbox).values(event_id=event.id, type=event.type).on_conflict_do_nothing()
            if tx.connection.execute(remembered).rowcount:
                handler(tx, event)

    def _park(self, delivered: Delivered, error: Exception) -> None:
        with self._database.begin() as tx:
            tx.connection.execute(
                insert(parked).values(
                    topic=delivered.message.topic,
                    partition=delivered.partition,
                    offset=delivered.offset,
                    body=delivered.message.value,
                    error=repr(error),
                )
            )
        PARKED.labels(type=delivered.message.topic).inc()
        log.error("event_parked", topic=delivered.message.topic, offset=delivered.offset, error=repr(error))
