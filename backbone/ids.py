"""Identifiers. What the public sees is random: sequential or time-ordered ids would tell how many there are."""

import secrets
import uuid


def new_id() -> str:
    """A random UUID (RFC 9562, version 4) in its usual text form."""
    return str(uuid.uuid4())


def new_secret(nbytes: int = 32) -> str:
    """An unguessable URL-safe token of `nbytes` random bytes."""
    return secrets.token_urlsafe(nbytes)
