"""The one consumer that writes the log. It commits positions on the bus after the log's transaction, never before."""

import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import structlog

from backbone.bus import BusUnavailable, Subscriber
from backbone.database import Database
from backbone.errors import Unavailable
from backbone.keys import KeyRing
from services.audit.commands import append

BATCH = 500
log = structlog.get_logger(__name__)


def declared_topics(path: Path) -> list[str]:
    """Every topic of the platform: the log leaves none out."""
    return sorted(tomllib.loads(path.read_text("utf-8"))["topics"])


class LogWriter:
    """Appends what arrives until it is stopped. Lost servers are waited for."""

    def __init__(self, database: Database, keys: KeyRing, open_subscriber: Callable[[], Subscriber]) -> None:
        self._database = database
        self._keys = keys
        self._open = open_subscriber

    def run(self, stop: threading.Event) -> None:
        """The loop; reconnects by itself."""
        while not stop.is_set():
            try:
                self._write(stop)
            except (BusUnavailable, Unavailable) as error:
                log.warning("log_writer_waits", error=str(error))
                stop.wait(1)

    def _write(self, stop: threading.Event) -> None:
        subscriber = self._open()
        try:
            while not stop.is_set():
                batch = subscriber.poll(timeout=0.5, limit=BATCH)
                if not batch:
                    continue
                with self._database.begin() as tx:
                    append(tx, batch, self._keys)
                for delivered in {(each.message.topic, each.partition): each for each in batch}.values():
                    subscriber.commit(delivered)
        finally:
            subscriber.close()
