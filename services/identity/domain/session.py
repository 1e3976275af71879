"""Sessions: opened with a password, kept with a refresh token that is good once, ended by anybody entitled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=12)
SIGNED_OUT, MEMBERSHIP_REVOKED, TOKEN_REUSED = "signed_out", "membership_revoked", "refresh_token_reused"


@dataclass(frozen=True)
class Session:
    """One person acting for at most one organisation. `second_factor_at` is None where none was given."""

    id: str
    person: str
    organisation: str
    opened_at: datetime
    expires_at: datetime
    second_factor_at: datetime | None = None
    revoked_at: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.revoked_at is None and now < self.expires_at
