"""Debarments at their edges, and who may bid."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats import canonical

from backbone.errors import Conflict, Invalid
from services.vendors.domain.debarment import (
    Debarment,
    State,
    check_liftable,
    check_period,
    eligibility,
    entry,
    list_digest,
)
from services.vendors.domain.standing import Status
from tests.unit.vendors.facts import DAY, INSTANT, NOON, debarment

instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive


@pytest.mark.parametrize(
    ("now", "eligible"),
    [
        (NOON - DAY - INSTANT, True),
        (NOON - DAY, False),
        (NOON, False),
        (NOON + DAY - INSTANT, False),
        (NOON + DAY, True),
        (NOON + DAY + INSTANT, True),
    ],
)
def test_a_debarment_acts_from_its_first_instant_to_before_its_last(now: datetime, eligible: bool) -> None:  # noqa: FBT001  a table's column
    """Control 3.4: blocked within the period, clear at its end, without anybody's act."""
    assert eligibility(Status.VERIFIED, [debarment()], now).eligible is eligible


def test_instants_are_compared_not_texts() -> None:
    elsewhere = timezone(-timedelta(hours=4))
    written = debarment(ends_at=(NOON + DAY).astimezone(elsewhere))
    assert not eligibility(Status.VERIFIED, [written], NOON + DAY - INSTANT).eligible
    assert eligibility(Status.VERIFIED, [written], NOON + DAY).eligible


def test_the_gravest_reason_is_told_with_the_latest_end() -> None:
    listed = [debarment(), debarment(id="d2", ends_at=NOON + 5 * DAY), debarment(id="d3", starts_at=NOON + DAY)]
    found = eligibility(Status.SUSPENDED, listed, NOON)
    assert (found.reason, found.debarred_until) == ("vendor_debarred", NOON + 5 * DAY)
    assert eligibility(Status.SUSPENDED, [], NOON).reason == "vendor_suspended"
    assert eligibility(Status.REFUSED, [], NOON).reason == "vendor_unverified"


def test_nobody_we_know_may_not_bid() -> None:
    found = eligibility(None, [], NOON)
    assert (found.eligible, found.reason, found.status) == (False, "vendor_unknown", "")


def test_lifting_counts_from_its_instant() -> None:
    lifted = debarment(lifted_at=NOON)
    assert lifted.state(NOON - INSTANT) is State.IN_FORCE
    assert lifted.state(NOON) is State.LIFTED
    assert eligibility(Status.REGISTERED, [lifted], NOON).eligible


@pytest.mark.parametrize("ended", [debarment(lifted_at=NOON - DAY), debarment(ends_at=NOON)])
def test_what_has_ended_cannot_be_lifted(ended: Debarment) -> None:
    with pytest.raises(Conflict, match="debarment_ended"):
        check_liftable(ended, NOON)


def test_what_is_upcoming_or_in_force_can_be_lifted() -> None:
    check_liftable(debarment(), NOON)
    check_liftable(debarment(starts_at=NOON + INSTANT), NOON)


@given(starts=instants, ends=instants, now=instants)
def test_a_period_runs_forward_and_is_not_over(starts: datetime, ends: datetime, now: datetime) -> None:
    try:
        check_period(starts, ends, now)
    except Invalid as refused:
        assert (refused.code == "debarment_period_reversed") == (ends <= starts)  # noqa: PT017  both outcomes are legal
        assert ends <= starts or ends <= now
    else:
        assert starts < ends
        assert debarment(starts_at=starts, ends_at=ends).state(now) in {State.UPCOMING, State.IN_FORCE}


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_digest_knows_no_order(order: list[str]) -> None:
    listed = [debarment(id=each) for each in order]
    assert list_digest(listed) == list_digest(sorted(listed, key=lambda each: each.id))


@pytest.mark.parametrize(
    "change",
    [
        {"grounds": "otro"},
        {"ends_at": NOON + 2 * DAY},
        {"vendor": "v2"},
        {"lifted_at": NOON},
        {"legal_basis": "Art. 1"},
        {"authority": "otra"},
    ],
)
def test_the_digest_sees_every_change(change: dict[str, object]) -> None:
    assert list_digest([debarment()]) != list_digest([debarment(**change)])
    assert canonical.dumps(entry(debarment(**change)))
