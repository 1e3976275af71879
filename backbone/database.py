"""Transactions: the only way to the database. What a transaction tells (events) commits with what it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, create_engine, insert, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backbone.clock import Clock, DatabaseClock
from backbone.errors import Invalid, LicitaError, Unavailable
from backbone.events import Event
from backbone.ids import new_id
from backbone.tables import outbox

STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
LARGEST_EVENT = 60_000  # bytes; with its envelope and signature it must fit the log's entries of 64 KiB


class Transaction:
    """One transaction of one service. Commands write through `connection` and tell facts through `emit`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self._clock = clock

    def now(self) -> datetime:
        """The authoritative instant. Read it after taking the locks that the decision depends on."""
        return self._clock.now(self.connection)

    def emit(self, event: Event) -> str:
        """Writes the event into the outbox; returns its id. The relay numbers, signs and publishes it.

        Raises:
            Invalid: larger than a leaf of the log may be; the act fails rather than going unlogged.
        """
        event_id, data = new_id(), event.data_json()
        if len(orjson.dumps(data)) > LARGEST_EVENT:
            raise Invalid("event_too_large", limit=LARGEST_EVENT)
        row = {
            "event_id": event_id,
            "type": event.type,
            "subject": event.subject,
            "key": event.key or event.subject,
            "actor": event.actor,
            "time": self.now(),
            "data": data,
        }
        self.connection.execute(insert(outbox), row)
        return event_id


class Database:
    """A service's own database."""

    def __init__(self, url: str, clock: Clock | None = None, pool_size: int = 12) -> None:
        self.clock = clock or DatabaseClock()
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=4,
            pool_timeout=3,
            pool_pre_ping=True,
            hide_parameters=True,  # values are personal data as often as not, and errors go to the log
            execution_options={"preserve_rowcount": True},  # an INSERT's rowcount is -1 otherwise, which reads as true
            connect_args={
                "connect_timeout": 3,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}",
            },
        )

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, or leaves nothing behind.

        Raises:
            Unavailable: the database did not answer, or somebody held a lock too long.
        """
        with translated_errors(), self.engine.begin() as connection:
            yield Transaction(connection, self.clock)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A read-only snapshot: all queries of the block see one state.

        Raises:
            Unavailable: the database did not answer.
        """
        with translated_errors(), self.engine.connect() as connection, connection.begin():
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield Transaction(connection, self.clock)

    def check(self) -> None:
        """Answers if the database answers.

        Raises:
            Unavailable: it does not.
        """
        with self.read() as tx:
            tx.connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turns a lost or overloaded database into `Unavailable`; everything else passes.

    Raises:
        Unavailable: the connection failed, the pool was empty, or a time limit of the server was reached.
    """
    try:
        yield
    except LicitaError:
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable("database_unavailable") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("database_unavailable") from error
        raise
