"""The standstill clock between an award and its contract (controls 8.7, 8.8)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backbone.clock import rfc3339
from backbone.errors import Conflict
from services.tenders.domain.award import Decision

IsWorkingDay = Callable[[date], bool]
ONE_DAY = timedelta(days=1)


def standstill_end(start: datetime, period: timedelta, zone: ZoneInfo, is_working_day: IsWorkingDay | None) -> datetime:
    """The instant from which the contract may be signed, in the zone of `start`.

    With a calendar the period runs to the end of its last day in the buyer's zone, and if that is no working day, to
    the end of the next one. Without (`is_working_day` None, for training and demonstration) it is exact to the second.
    """
    end = start + period
    if is_working_day is None:
        return end
    last = end.astimezone(zone).date()
    while not is_working_day(last):
        last += ONE_DAY
    return datetime.combine(last + ONE_DAY, time.min, tzinfo=zone).astimezone(start.tzinfo)


def check_running(decision: Decision, now: datetime) -> None:
    """Complaints are taken before the standstill's end, also while another bidder's complaint is open.

    Raises:
        Conflict: the decision has ended, or standstill is over.
    """
    if decision.ended or now >= decision.standstill_end:
        raise Conflict("standstill_over", until=rfc3339(decision.standstill_end))
