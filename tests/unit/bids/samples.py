"""Tenders, bids and batches for tests of the rules alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from licita_formats.age import Identity
from licita_formats.sealed_bid import Committee, Member

from services.bids.domain.bid import Bid, State
from services.bids.domain.opening import Batch
from services.bids.domain.tender import Tender

DEADLINE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
WINDOW = timedelta(minutes=30)
PEOPLE = ("member-1", "member-2", "member-3")
COMMITTEE = Committee(2, tuple(Member(person, Identity.generate().recipient) for person in PEOPLE))


def tender(**changes: Any) -> Tender:
    """A tender of two lots and two envelopes, opened by two of three, half an hour after the deadline."""
    usual = Tender(
        id="tender-1",
        ocid="ocds-213czf-1",
        buyer="buyer-1",
        buyer_name="Municipalidad de prueba",
        title="Útiles de oficina",
        notice_version=1,
        notice_sha256="ab" * 32,
        deadline=DEADLINE,
        opening_at=DEADLINE + timedelta(minutes=30),
        time_zone="America/Asuncion",
        lots={"lot-1": "Papel", "lot-2": "Tinta"},
        envelopes=("technical", "financial"),
        committee=COMMITTEE,
        keep_until=DEADLINE + timedelta(days=365),
        opening_window=WINDOW,
        minimum_bids=1,
        max_envelope_bytes=1_000_000,
    )
    return replace(usual, **changes)


def bid(number: int, **changes: Any) -> Bid:
    """A sealed bid for the first lot."""
    received = DEADLINE - timedelta(hours=1) + timedelta(seconds=number)
    usual = Bid(
        id=f"bid-{number}",
        tender="tender-1",
        lot="lot-1",
        bidder=f"bidder-{number}",
        state=State.SEALED,
        version=1,
        receipt=f"receipt-{number}",
        received_at=received,
        notice_version=1,
    )
    return replace(usual, **changes)


def batch(member: str, at: datetime, **shares: str | None) -> Batch:
    """A member's batch."""
    return Batch(member, at, "cd" * 32, {name.replace("_", "-"): share for name, share in shares.items()})
