"""One connection to the bus's database: opened at first use, thrown away at the first error.

A publisher or a member of a group keeps state in its session (locks, LISTEN). After an error nothing about that
state is certain, so the session ends and the next call starts a new one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, errors
from psycopg.conninfo import make_conninfo

from backbone.bus import BusSettings, BusUnavailable, UnknownTopic

# A host that vanished without a word must not hold its partitions for the two hours of TCP's default, a publisher
# that hangs inside its transaction must not block the topic, and no statement of ours is slow.
SERVER_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "30s",
        "tcp_keepalives_idle": 5,
        "tcp_keepalives_interval": 2,
        "tcp_keepalives_count": 3,
    }.items()
)
CLIENT_TIMEOUTS = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


class Session:
    """A connection in autocommit mode. `opened` is called with each new one, before anything else uses it."""

    def __init__(self, settings: BusSettings, opened: Callable[[Connection], None] | None = None) -> None:
        self._conninfo = make_conninfo(
            settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1),
            application_name=f"{settings.client_id} bus",
            options=SERVER_OPTIONS,
            **CLIENT_TIMEOUTS,
        )
        self._opened = opened
        self._connection: Connection | None = None
        self._closed = False

    @contextmanager
    def guarded(self) -> Iterator[Connection]:
        """The connection, for a few statements. Any error ends the session.

        Raises:
            BusUnavailable: the server is away, ended the session, or took too long.
            UnknownTopic: the tables of the bus are not there.
            RuntimeError: used after `close`.
        """
        try:
            yield self._open()
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            self._drop()
            raise UnknownTopic("topic_unknown", topic="*") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._drop()
            raise BusUnavailable("bus_unavailable", reason=str(error).strip() or type(error).__name__) from error
        except BaseException:
            self._drop()
            raise

    @property
    def alive(self) -> bool:
        """Whether a session is open, as far as this end knows."""
        return self._connection is not None

    def close(self) -> None:
        """Ends the session for good. Twice is harmless."""
        self._closed = True
        self._drop()

    def _open(self) -> Connection:
        if self._closed:
            raise RuntimeError("this end of the bus was closed")
        if self._connection is None:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
            if self._opened is not None:
                self._opened(self._connection)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def ping(settings: BusSettings) -> None:
    """Returns when the server answers.

    Raises:
        BusUnavailable: it does not.
    """
    session = Session(settings)
    try:
        with session.guarded() as connection:
            connection.execute("SELECT 1")
    finally:
        session.close()
