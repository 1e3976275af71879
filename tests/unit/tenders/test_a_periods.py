"""Periods by a dated policy: too short, on a holiday, out of hours, too late, earlier than announced."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.errors import Conflict, Invalid
from services.tenders.calendars import public_holidays
from services.tenders.domain.content import Urgency
from services.tenders.domain.durations import format_duration, parse_duration
from services.tenders.domain.periods import check_later, check_order, check_periods, is_late
from services.tenders.domain.policy_book import PolicyBook
from services.tenders.domain.procedure import parse_policy
from tests.unit.tenders.facts_a import DAY, INSTANT, NOW, OFFICE_HOURS, content, policy

ASUNCION = ZoneInfo("America/Asuncion")


@given(
    st.one_of(
        st.integers(min_value=0, max_value=99_999).map(lambda days: timedelta(days=days)),
        st.integers(min_value=0, max_value=999_999).map(lambda seconds: timedelta(seconds=seconds)),
    )
)
def test_a_duration_is_read_back_as_it_was_written(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "P1M", "1D", "P1.5D", "PT1.5S", "P-1D", "P1D ", "P1DT", "pt1s"])
def test_a_duration_of_no_exact_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        parse_duration(text)


def test_thirty_days_are_enough_and_one_microsecond_less_is_not() -> None:
    """Control 1.3: the minimum period counts to the instant."""
    check_periods(content(), policy(), NOW)
    with pytest.raises(Invalid) as refused:
        check_periods(content(), policy(), NOW + INSTANT)
    assert refused.value.code == "tender_period_too_short"
    assert refused.value.params["minimum"] == "P30D"


def test_a_coded_ground_shortens_the_period_to_its_own_minimum() -> None:
    """Control 1.3: with an urgency ground the notice may be published with the ground's period, no shorter."""
    urgent = content(derogation=Urgency("urgency", "Se inundó la central."))
    check_periods(urgent, policy(), NOW + 15 * DAY)
    with pytest.raises(Invalid, match="tender_period_too_short"):
        check_periods(urgent, policy(), NOW + 15 * DAY + INSTANT)


@pytest.mark.parametrize(
    ("local", "code"),
    [
        (datetime(2026, 4, 1, 8, tzinfo=ASUNCION), ""),
        (datetime(2026, 4, 1, 16, tzinfo=ASUNCION), ""),
        (datetime(2026, 4, 1, 7, 59, tzinfo=ASUNCION), "period_ends_out_of_hours"),
        (datetime(2026, 4, 1, 16, 0, 1, tzinfo=ASUNCION), "period_ends_out_of_hours"),
        (datetime(2026, 4, 5, 2, tzinfo=ASUNCION), "period_ends_on_holiday"),  # 02:00 on a Sunday
        (datetime(2026, 4, 3, 12, tzinfo=ASUNCION), "period_ends_on_holiday"),  # Good Friday
        (datetime(2026, 8, 15, 12, tzinfo=ASUNCION), "period_ends_on_holiday"),  # the founding of Asunción, a Saturday
    ],
)
def test_a_period_ends_when_offices_are_open(local: datetime, code: str) -> None:
    """Control 1.3: working days and hours are meant in the buyer's zone."""
    rules = policy(closing=OFFICE_HOURS).with_holidays(public_holidays("PY", 2026))
    assert rules.may_end(local.astimezone(UTC), ASUNCION) == code


def test_holidays_are_in_the_policy_that_a_tender_keeps() -> None:
    """Controls 1.3 and 14.7: the snapshot carries the holidays and reads back the same."""
    rules = policy(closing=OFFICE_HOURS).with_holidays(public_holidays("PY", 2026))
    kept = parse_policy(rules.as_json())
    assert kept == rules
    assert kept.closing is not None
    assert date(2026, 4, 3) in kept.closing.holidays


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opening_at": NOW + 30 * DAY - INSTANT}, "opening_before_deadline"),
        ({"enquiry_period_end": NOW + 20 * DAY + INSTANT}, "enquiry_period_too_long"),
    ],
)
def test_periods_in_the_wrong_order_are_refused(changes: dict[str, datetime], code: str) -> None:
    check_order(content(), policy())
    with pytest.raises(Invalid, match=code):
        check_order(content(**changes), policy())


@given(seconds=st.integers(min_value=-(10**7), max_value=10**7))
def test_a_deadline_is_only_ever_moved_later(seconds: int) -> None:
    """Control 2.5: earlier is refused by however little."""
    before, after = NOW + DAY, NOW + DAY + timedelta(seconds=seconds)
    if seconds >= 0:
        check_later(before, after, NOW)
        return
    with pytest.raises(Invalid, match="deadline_earlier"):
        check_later(before, after, NOW)


def test_a_deadline_that_has_come_is_not_moved_any_more() -> None:
    """Control 2.5: an extension at the very instant of the deadline is too late."""
    check_later(NOW + INSTANT, NOW + DAY, NOW)
    with pytest.raises(Conflict, match="deadline_passed"):
        check_later(NOW, NOW + DAY, NOW)


def test_an_answer_is_late_once_the_cutoff_is_over() -> None:
    """Control 2.2: at the cut-off it is in time, a microsecond later it is not."""
    deadline = NOW + 6 * DAY
    assert not is_late(deadline, policy(), NOW)
    assert is_late(deadline, policy(), NOW + INSTANT)


def test_a_later_policy_rules_from_its_date_on() -> None:
    """Control 14.7: dated policies; the newest in force is taken, the coming one is not."""
    old, new = policy(), policy(dated=date(2026, 7, 1), minimum_tender_period=40 * DAY)
    book = PolicyBook([new, old])
    assert book.in_force("open-two-envelopes", date(2026, 6, 30)) == old
    assert book.in_force("open-two-envelopes", date(2026, 7, 1)) == new
    with pytest.raises(Invalid, match="procedure_without_policy"):
        book.in_force("open-two-envelopes", date(2025, 12, 31))
    with pytest.raises(ValueError, match="once each"):
        PolicyBook([old, old])


@pytest.mark.parametrize(
    "changes",
    [
        {"cites": []},
        {"envelopes": ["financial", "technical"]},
        {"minimum_bids": 0},
        {"passing_score": "101"},
        {"standstill": "ten days"},
        {"closing": {"weekdays": ["monday"], "start": "08:00", "end": "16:00"}},
    ],
)
def test_a_policy_that_makes_no_sense_stops_the_service_from_starting(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^(test/|not an ISO 8601|weekdays are)"):
        parse_policy(policy().as_json() | changes)
