"""Which bids a stage opens, and when the quorum is complete."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.errors import Conflict, Forbidden, Invalid, NotFound
from services.bids.domain.bid import State
from services.bids.domain.opening import (
    OpeningState,
    abandoned_lots,
    check_batch,
    check_not_handed_in,
    delayed_since,
    may_combine,
    openable,
    quorum_at,
    still_counting,
)
from services.bids.domain.tender import check_may_open
from tests.unit.bids.samples import DEADLINE, MICROSECOND, PEOPLE, WINDOW, batch, bid, tender

OPENING = DEADLINE + timedelta(minutes=30)


def test_nothing_is_opened_before_the_opening_instant() -> None:
    """Control 4.2: shares cannot be had before the authoritative instant; control 7.2: they can from then on."""
    with pytest.raises(Forbidden, match="opening_not_yet"):
        check_may_open(tender(), "technical", OPENING - MICROSECOND)
    assert check_may_open(tender(), "technical", OPENING) == OPENING


def test_an_opening_announced_before_the_deadline_still_waits_for_it() -> None:
    early = tender(opening_at=DEADLINE - timedelta(hours=1))
    with pytest.raises(Forbidden, match="opening_not_yet"):
        check_may_open(early, "technical", DEADLINE - MICROSECOND)
    check_may_open(early, "technical", DEADLINE)


def test_the_financial_stage_waits_for_the_technical_result() -> None:
    """Control 7.7: financial key release is refused until the technical result is final."""
    with pytest.raises(Forbidden, match="technical_evaluation_open"):
        check_may_open(tender(), "financial", OPENING + timedelta(days=365))
    final = tender(technical_final_at=OPENING + timedelta(days=2))
    with pytest.raises(Forbidden, match="opening_not_yet"):
        check_may_open(final, "financial", OPENING + timedelta(days=1))
    check_may_open(final, "financial", OPENING + timedelta(days=2))


def test_a_cancelled_tender_is_never_opened() -> None:
    with pytest.raises(Conflict, match="tender_cancelled"):
        check_may_open(tender(cancelled=True), "technical", OPENING)


def test_an_envelope_must_be_one_of_the_notice() -> None:
    with pytest.raises(NotFound, match="envelope_unknown"):
        check_may_open(tender(), "secret", OPENING)


def test_withdrawn_bids_are_never_opened() -> None:
    """Control 6.4: a withdrawn bid is in no stage."""
    assert openable(tender(), "technical", [bid(1, state=State.WITHDRAWN), bid(2)]) == [bid(2)]


def test_only_those_who_passed_are_in_the_financial_stage() -> None:
    """Control 7.7: financial envelopes of those who failed are never opened."""
    final = tender(technical_final_at=OPENING, passed=frozenset({"bid-2"}))
    assert openable(final, "financial", [bid(1), bid(2), bid(3)]) == [bid(2)]


@given(st.integers(0, 5), st.integers(0, 5))
def test_lots_with_too_few_bids_are_given_up(needed: int, present: int) -> None:
    asked = tender(minimum_bids=needed)
    bids = [bid(number) for number in range(present)] + [bid(9, state=State.WITHDRAWN)]
    enough = present >= max(1, needed)
    assert ("lot-1" in abandoned_lots(asked, bids)) is not enough
    assert "lot-2" in abandoned_lots(asked, bids)
    assert len(openable(asked, "technical", bids)) == (present if enough else 0)


def test_the_quorum_is_of_distinct_persons() -> None:
    """Control 7.1: one person acting twice is one person."""
    first = batch(PEOPLE[0], OPENING)
    assert quorum_at(tender(), [first]) is None
    with pytest.raises(Conflict, match="shares_already_handed_in"):
        check_not_handed_in([first], PEOPLE[0])
    check_not_handed_in([first], PEOPLE[1])
    later = batch(PEOPLE[1], OPENING + timedelta(minutes=5))
    assert quorum_at(tender(), [later, first]) == later.received_at


def test_a_batch_older_than_the_window_no_longer_counts() -> None:
    """Control 7.1: the quorum acts within a limited window."""
    old, young = batch(PEOPLE[0], OPENING), batch(PEOPLE[1], OPENING + timedelta(minutes=10))
    assert still_counting([old, young], WINDOW, OPENING + WINDOW - MICROSECOND) == [old, young]
    assert still_counting([old, young], WINDOW, OPENING + WINDOW) == [young]


@pytest.mark.parametrize(
    ("given_bids", "code"),
    [(["bid-1"], "incomplete"), (["bid-1", "bid-2", "bid-3"], "incomplete"), (["bid-1", "bid-1"], "repeated")],
)
def test_a_batch_is_all_or_nothing(given_bids: list[str], code: str) -> None:
    """Control 7.2: bids cannot be opened selectively."""
    with pytest.raises(Invalid, match=f"shares_{code}"):
        check_batch(["bid-1", "bid-2"], given_bids)
    check_batch(["bid-1", "bid-2"], ["bid-2", "bid-1"])


def test_a_badly_dealt_share_waits_for_other_members_but_not_for_ever() -> None:
    good, bad = batch(PEOPLE[0], OPENING, bid_1="aa"), batch(PEOPLE[1], OPENING, bid_1=None)
    assert not may_combine(tender(), ["bid-1"], [good], OPENING)
    assert not may_combine(tender(), ["bid-1"], [good, bad], OPENING + WINDOW - MICROSECOND)
    assert may_combine(tender(), ["bid-1"], [good, bad], OPENING + WINDOW)
    assert may_combine(tender(), ["bid-1"], [good, bad, batch(PEOPLE[2], OPENING, bid_1=None)], OPENING)
    assert may_combine(tender(), ["bid-1"], [good, batch(PEOPLE[1], OPENING, bid_1="bb")], OPENING)


def test_a_late_opening_says_since_when() -> None:
    """Control 7.2: beyond the tolerance the public state says that the opening is delayed, and since when."""
    late = OPENING + WINDOW
    assert delayed_since(tender(), "technical", OpeningState.SEALED, late - MICROSECOND) is None
    assert delayed_since(tender(), "technical", OpeningState.COLLECTING, late) == late
    assert delayed_since(tender(), "technical", OpeningState.OPENED, late) is None
    assert delayed_since(tender(), "financial", OpeningState.SEALED, late) is None
