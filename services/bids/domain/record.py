"""Records: what happened to a bid, signed for the bidder and committed to in the log without saying what it was.

A record is the body of the receipt (`licita.receipt/v1`) or of the refusal (`licita.refusal/v1`) without its
`commitment`; the commitment is HMAC-SHA256(blind, SHA-256(canonical JSON of the record)).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Record:
    """A record with everything that reveals it. `statement` is the signed note that the bidder has."""

    receipt: str
    kind: str
    tender: str
    lot: str
    bid: str
    bidder: str
    received_at: datetime
    body: dict[str, Any]
    blind: str
    commitment: str
    statement: str
