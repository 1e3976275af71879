"""Instants in published documents: RFC 3339, always UTC, always microseconds, so that texts sort as instants do."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def format_instant(instant: datetime) -> str:
    """`2026-11-24T03:52:00.123456Z`.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).strftime(_FORMAT)


def parse_instant(text: str) -> datetime:
    """The reverse of `format_instant`; no other form is read.

    Raises:
        ValueError: another form.
    """
    instant = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    if format_instant(instant) != text:
        raise ValueError("not an instant in UTC with microseconds")
    return instant
