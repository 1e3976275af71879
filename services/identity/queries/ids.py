"""Ids as others ask for them."""

from collections.abc import Sequence
from uuid import UUID

from backbone.errors import Invalid

MOST_AT_ONCE = 1000


def known_ids(ids: Sequence[str]) -> list[str]:
    """Those that can be ids at all, each once; the database would refuse some of the others.

    Raises:
        Invalid: more than 1,000.
    """
    if len(ids) > MOST_AT_ONCE:
        raise Invalid("too_many_ids", limit=MOST_AT_ONCE)
    return [each for each in set(ids) if is_id(each)]


def is_id(text: str) -> bool:
    """Whether the text is a UUID in its usual form."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
