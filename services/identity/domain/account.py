"""Accounts: one person, one e-mail address, one password, one second factor."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.domain.roles import STAFF_ROLES

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
FEWEST_CHARACTERS = 5
DORMANT_AFTER = timedelta(days=90)
LANGUAGES = ("es", "en")


@dataclass(frozen=True)
class Person:
    """An account. `password_hash` is empty until an invitation is accepted.

    `totp_sealed` is the encrypted secret of the second factor, `totp_pending` one that waits for its first code.
    `totp_step` is the last 30-second step whose code was used: no code works twice.
    """

    id: str
    email: str
    name: str
    language: str
    last_seen_at: datetime
    password_hash: str = ""
    totp_sealed: bytes | None = None
    totp_pending: bytes | None = None
    totp_step: int = 0

    @property
    def enrolled(self) -> bool:
        """Whether there is a confirmed second factor."""
        return self.totp_sealed is not None


def normal_email(email: str) -> str:
    """The one form of an address, so that a person does not get two accounts by writing it differently."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def weak(password: str, email: str) -> bool:
    """Whether a password is too easy: too short, nearly one character only, or the address itself."""
    text = password.lower()
    return len(text) < SHORTEST_PASSWORD or len(set(text)) < FEWEST_CHARACTERS or email.lower() in text


def dormant(last_seen_at: datetime, roles: Iterable[str], now: datetime) -> bool:
    """Whether a member of staff was away for so long that a new invitation is needed."""
    return bool(STAFF_ROLES & set(roles)) and now - last_seen_at >= DORMANT_AFTER
