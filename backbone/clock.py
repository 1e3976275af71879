"""Time as the law sees it: one authoritative clock, the database's, read inside the transaction that decides.

The clock of a web server or of a bidder never decides anything. Tests inject another `Clock`.
"""

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, text

READ_CLOCK = text("SELECT clock_timestamp()")


class Clock(Protocol):
    """Anything that tells the instant within a transaction."""

    def now(self, connection: Connection) -> datetime:
        """The present instant, timezone-aware, in UTC, with microseconds."""


class DatabaseClock:
    """PostgreSQL's `clock_timestamp()`: the instant of the call, not of the transaction's start."""

    def now(self, connection: Connection) -> datetime:
        """The present instant by the database."""
        instant: datetime = connection.execute(READ_CLOCK).scalar_one()
        return instant.astimezone(UTC)


def rfc3339(instant: datetime) -> str:
    """`2026-11-24T03:52:00.123456Z`: always UTC, always microseconds, so that texts sort as instants do.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text_form: str) -> datetime:
    """The reverse of `rfc3339`, for any offset.

    Raises:
        ValueError: not a date-time with a zone.
    """
    instant = datetime.fromisoformat(text_form)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC)
