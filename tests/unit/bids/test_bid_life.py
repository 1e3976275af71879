"""A bid's life, walked at random around the deadline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backbone.errors import Conflict
from services.bids.domain.bid import (
    REFUSALS,
    TRANSITIONS,
    Act,
    Bid,
    State,
    decide_replace,
    decide_seal,
    decide_withdraw,
    next_state,
)
from services.bids.domain.tender import check_open
from tests.unit.bids.samples import DEADLINE, MICROSECOND, bid, tender

AROUND = st.sampled_from([-3_600_000_000, -1, 0, 1, 3_600_000_000]).map(lambda us: DEADLINE + us * MICROSECOND)


class BidLife(RuleBasedStateMachine):
    """One bidder on one lot. Controls 5.3 (boundary), 6.1 (the last version), 6.2 (receipt), 6.3 (nothing late)."""

    def __init__(self) -> None:
        super().__init__()
        self.tender = tender()
        self.bid: Bid | None = None
        self.receipts: list[str] = []
        self.versions = 0
        self.received: list[datetime] = []

    def _receipt(self) -> str:
        self.receipts.append(f"receipt-{len(self.receipts)}")
        return self.receipts[-1]

    def _sealed(self) -> Bid | None:
        return self.bid if self.bid and self.bid.state == State.SEALED else None

    @rule(at=AROUND)
    def seal(self, at: datetime) -> None:
        if at >= self.tender.deadline or self._sealed():
            with pytest.raises(Conflict):
                decide_seal(self.tender, self._sealed(), "lot-1", at)
            return
        state, version = decide_seal(self.tender, None, "lot-1", at)
        self.bid = bid(len(self.receipts), state=state, version=version, receipt=self._receipt(), received_at=at)
        self.versions = 1
        self.received.append(at)

    @precondition(lambda self: self.bid is not None)
    @rule(at=AROUND)
    def replace(self, at: datetime) -> None:
        assert self.bid is not None
        if at >= self.tender.deadline or not self._sealed():
            with pytest.raises(Conflict):
                decide_replace(self.tender, self.bid, "lot-1", at)
            return
        state, version = decide_replace(self.tender, self.bid, "lot-1", at)
        self.bid = replace(self.bid, state=state, version=version, receipt=self._receipt(), received_at=at)
        self.versions += 1
        self.received.append(at)

    @precondition(lambda self: self.bid is not None)
    @rule(at=AROUND, earlier=st.integers(0, 3))
    def withdraw(self, at: datetime, earlier: int) -> None:
        assert self.bid is not None
        named = self.receipts[-1 - earlier] if earlier < len(self.receipts) else "unknown"
        if at >= self.tender.deadline or not self._sealed() or named != self.bid.receipt:
            with pytest.raises(Conflict):
                decide_withdraw(self.tender, self.bid, named, at)
            return
        self.bid = replace(self.bid, state=decide_withdraw(self.tender, self.bid, named, at), receipt=self._receipt())

    @rule(minutes=st.integers(1, 60))
    def extend(self, minutes: int) -> None:
        """A corrigendum puts the deadline off; instants are compared with the one that holds."""
        self.tender = replace(self.tender, deadline=self.tender.deadline + timedelta(minutes=minutes))

    @invariant()
    def everything_received_was_on_time(self) -> None:
        assert all(at < self.tender.deadline for at in self.received)

    @invariant()
    def the_version_counts_what_was_received(self) -> None:
        assert self.bid is None or self.bid.version == self.versions


BidLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestBidLife = BidLife.TestCase


@pytest.mark.parametrize(("offset", "on_time"), [(-1, True), (0, False), (1, False)])
def test_the_boundary_is_a_microsecond_before(offset: int, on_time: bool) -> None:  # noqa: FBT001
    """Control 5.3: received < end, at end - 1 µs, end, end + 1 µs."""
    at = DEADLINE + offset * MICROSECOND
    if on_time:
        check_open(tender(), at)
    else:
        with pytest.raises(Conflict, match="deadline_passed"):
            check_open(tender(), at)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from([-1, 0, 1]))  # noqa: DTZ001 - a wall clock
def test_the_boundary_is_the_same_on_any_day_of_any_zone(wall: datetime, offset: int) -> None:
    """Control 5.3: instants decide, also on days when clocks are changed."""
    for zone in ("America/Asuncion", "America/Santiago", "Europe/Madrid", "UTC"):
        end = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        at = (end + offset * MICROSECOND).astimezone(ZoneInfo("Asia/Kathmandu"))
        late = offset >= 0
        if late:
            with pytest.raises(Conflict, match="deadline_passed"):
                check_open(tender(deadline=end), at)
        else:
            check_open(tender(deadline=end), at)


def test_the_table_names_every_pair_of_state_and_act() -> None:
    for state in (None, *State):
        for act in Act:
            if (state, act) in TRANSITIONS:
                assert next_state(state, act) is TRANSITIONS[state, act]
            else:
                with pytest.raises(Conflict, match=REFUSALS.get((state, act), "bid_missing")):
                    next_state(state, act)


def test_a_replacement_stays_in_its_lot() -> None:
    with pytest.raises(Conflict, match="lot_differs"):
        decide_replace(tender(), bid(1), "lot-2", DEADLINE - MICROSECOND)


@pytest.mark.parametrize(
    ("changes", "lot", "code"),
    [
        ({}, "lot-9", "lot_unknown"),
        ({"closed_lots": frozenset({"lot-1"})}, "lot-1", "lot_closed"),
        ({"cancelled": True}, "lot-1", "tender_cancelled"),
    ],
)
def test_a_bid_needs_an_open_lot(changes: dict[str, object], lot: str, code: str) -> None:
    with pytest.raises(Conflict, match=code):
        decide_seal(tender(**changes), None, lot, DEADLINE - MICROSECOND)
