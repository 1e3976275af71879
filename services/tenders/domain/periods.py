"""Periods by the policy: what is too short, what ends when nobody works, what is too late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backbone.clock import rfc3339
from backbone.errors import Conflict, Invalid
from services.tenders.domain.content import Content
from services.tenders.domain.durations import format_duration
from services.tenders.domain.procedure import Policy


def minimum_period(content: Content, policy: Policy) -> timedelta:
    """The shortest tender period for this notice: the policy's, or that of the ground it claims."""
    claimed = policy.derogation(content.derogation.code) if content.derogation else None
    return claimed.minimum_tender_period if claimed else policy.minimum_tender_period


def check_periods(content: Content, policy: Policy, now: datetime) -> None:
    """What must hold of the periods if the notice were published now (control 1.3).

    Raises:
        Invalid: too short, on a holiday or out of hours, or in the wrong order.
    """
    check_order(content, policy)
    minimum = minimum_period(content, policy)
    if content.tender_period_end - now < minimum:
        earliest = rfc3339(now + minimum)
        raise Invalid("tender_period_too_short", minimum=format_duration(minimum), earliest=earliest)


def check_order(content: Content, policy: Policy) -> None:
    """What must hold of the periods at any time.

    Raises:
        Invalid: an end on a holiday or out of hours, an opening before the deadline, questions taken for too long.
    """
    zone = ZoneInfo(content.time_zone)
    for name, instant in (("tenderPeriod.endDate", content.tender_period_end), ("openingDate", content.opening_at)):
        code = policy.may_end(instant, zone)
        if code:
            raise Invalid(code, field=name, local=instant.astimezone(zone).isoformat())
    if content.opening_at < content.tender_period_end:
        raise Invalid("opening_before_deadline")
    latest = latest_question(content.tender_period_end, policy)
    if content.enquiry_period_end > latest:
        raise Invalid("enquiry_period_too_long", latest=rfc3339(latest))


def with_fields(content: Content, fields: Mapping[str, Any], policy: Policy) -> Content:
    """The content with these fields in place of the old ones.

    Moving the deadline moves the opening and the end of the enquiry period by as much, unless they are given too.
    """
    changed = replace(content, **fields)
    shift = changed.tender_period_end - content.tender_period_end
    if "opening_at" not in fields:
        changed = replace(changed, opening_at=changed.opening_at + shift)
    if "enquiry_period_end" not in fields:
        latest = latest_question(changed.tender_period_end, policy)
        changed = replace(changed, enquiry_period_end=min(changed.enquiry_period_end + shift, latest))
    return changed


def latest_question(deadline: datetime, policy: Policy) -> datetime:
    """The last instant at which the enquiry period may end."""
    return deadline - policy.enquiry_cutoff


def is_late(deadline: datetime, policy: Policy, now: datetime) -> bool:
    """Whether an answer or a significant change comes too late for this deadline (control 2.2)."""
    return now > deadline - policy.answer_cutoff


def check_later(before: datetime, after: datetime, now: datetime) -> None:
    """A deadline moves later, never earlier, and not once it has passed (control 2.5).

    Raises:
        Invalid: it would be earlier.
        Conflict: it has passed.
    """
    if now >= before:
        raise Conflict("deadline_passed", deadline=rfc3339(before))
    if after < before:
        raise Invalid("deadline_earlier", deadline=rfc3339(before))
