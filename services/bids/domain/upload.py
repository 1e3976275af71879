"""A promised place in the object store for one bidder's ciphertext."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Upload:
    """A promised place. `object_key` is random and says nothing."""

    id: str
    tender: str
    bidder: str
    object_key: str
    sha256: str
    size: int
    expires_at: datetime
    committed: bool = False
