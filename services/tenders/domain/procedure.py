"""The procedure policy: the law's numbers as dated data that cites its article.

A policy is read from a TOML file at the start and copied into every tender that runs under it, holidays included, so
that neither a new law nor a new version of the holiday tables moves a deadline that was announced.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.tenders.domain.durations import format_duration, parse_duration

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Closing:
    """When a period may end, in the buyer's zone: on a working day, from `start` until `end`, both included.

    `calendar` is an ISO 3166-1 country whose public holidays count; `holidays` are those dates once they are known.
    """

    weekdays: tuple[str, ...]
    start: time
    end: time
    calendar: str
    holidays: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on that day."""
        return WEEKDAYS[day.weekday()] in self.weekdays and day not in self.holidays


@dataclass(frozen=True)
class Derogation:
    """A coded legal ground for a shorter tender period."""

    code: str
    cites: str
    minimum_tender_period: timedelta


@dataclass(frozen=True)
class Policy:
    """One version of the rules of one procedure. `reference` names it for ever.

    `enquiry_cutoff` and `answer_cutoff` count back from the deadline: questions are taken until the first, answers and
    significant changes need an extension after the second. `passing_score` is of 100. Without `closing` (training and
    demonstration) periods may end at any time and there are no working days.
    """

    id: str
    dated: date
    procedure: str
    title: Mapping[str, str]
    cites: tuple[str, ...]
    envelopes: tuple[str, ...]
    minimum_tender_period: timedelta
    enquiry_cutoff: timedelta
    answer_cutoff: timedelta
    standstill: timedelta
    opening_window: timedelta
    retention: timedelta
    minimum_bids: int
    max_envelope_bytes: int
    passing_score: Decimal
    closing: Closing | None = None
    derogations: tuple[Derogation, ...] = ()

    @property
    def reference(self) -> str:
        """`open-two-envelopes/2026-01-01`."""
        return f"{self.id}/{self.dated.isoformat()}"

    @property
    def is_working_day(self) -> Callable[[date], bool] | None:
        """Tells working days; None where the policy knows none."""
        return self.closing.is_working_day if self.closing else None

    def derogation(self, code: str) -> Derogation | None:
        """The ground with this code."""
        return next((each for each in self.derogations if each.code == code), None)

    def may_end(self, instant: datetime, zone: ZoneInfo) -> str:
        """Why a period may not end at this instant, as an error code; empty if it may."""
        if self.closing is None:
            return ""
        local = instant.astimezone(zone)
        if not self.closing.is_working_day(local.date()):
            return "period_ends_on_holiday"
        in_hours = self.closing.start <= local.time() <= self.closing.end
        return "" if in_hours else "period_ends_out_of_hours"

    def with_holidays(self, days: Sequence[date]) -> "Policy":
        """The policy with its calendar filled in."""
        return replace(self, closing=replace(self.closing, holidays=frozenset(days))) if self.closing else self

    def as_json(self) -> dict[str, Any]:
        """The form of the TOML file; `parse_policy` reads it back to an equal policy."""
        told: dict[str, Any] = {
            "id": self.id,
            "date": self.dated.isoformat(),
            "procedure": self.procedure,
            "title": dict(self.title),
            "cites": list(self.cites),
            "envelopes": list(self.envelopes),
            **{name: format_duration(getattr(self, name)) for name in _PERIODS},
            "minimum_bids": self.minimum_bids,
            "max_envelope_bytes": self.max_envelope_bytes,
            "passing_score": format(self.passing_score, "f"),
            "derogations": [_derogation_json(each) for each in self.derogations],
        }
        return told | ({"closing": _closing_json(self.closing)} if self.closing else {})


_PERIODS = ("minimum_tender_period", "enquiry_cutoff", "answer_cutoff", "standstill", "opening_window", "retention")


def parse_policy(told: Mapping[str, Any]) -> Policy:
    """Reads one `[[policy]]` table.

    Raises:
        ValueError: a period, date or number is malformed, or makes no sense.
        KeyError: something is missing.
    """
    policy = Policy(
        id=told["id"],
        dated=_date(told["date"]),
        procedure=told["procedure"],
        title={"es": told["title"]["es"], "en": told["title"]["en"]},
        cites=tuple(told["cites"]),
        envelopes=tuple(told["envelopes"]),
        **{name: parse_duration(told[name]) for name in _PERIODS},
        minimum_bids=int(told["minimum_bids"]),
        max_envelope_bytes=int(told["max_envelope_bytes"]),
        passing_score=Decimal(str(told["passing_score"])),
        closing=_closing(told["closing"]) if "closing" in told else None,
        derogations=tuple(map(_derogation, told.get("derogations", ()))),
    )
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    if policy.envelopes not in {("offer",), ("technical", "financial")}:
        raise ValueError(f"{policy.reference}: envelopes must be offer, or technical and financial")
    if not policy.cites:
        raise ValueError(f"{policy.reference}: cites no article")
    if policy.minimum_bids < 1 or policy.max_envelope_bytes < 1 or not 0 <= policy.passing_score <= 100:  # noqa: PLR2004 - of 100
        raise ValueError(f"{policy.reference}: a number is out of range")


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _closing(told: Mapping[str, Any]) -> Closing:
    weekdays = tuple(told["weekdays"])
    if not weekdays or not set(weekdays) <= set(WEEKDAYS):
        raise ValueError(f"weekdays are {', '.join(WEEKDAYS)}")
    return Closing(
        weekdays=weekdays,
        start=time.fromisoformat(told["start"]),
        end=time.fromisoformat(told["end"]),
        calendar=told.get("calendar", ""),
        holidays=frozenset(_date(day) for day in told.get("holidays", ())),
    )


def _closing_json(closing: Closing) -> dict[str, Any]:
    return {
        "weekdays": list(closing.weekdays),
        "start": closing.start.isoformat("minutes"),
        "end": closing.end.isoformat("minutes"),
        "calendar": closing.calendar,
        "holidays": sorted(day.isoformat() for day in closing.holidays),
    }


def _derogation(told: Mapping[str, Any]) -> Derogation:
    return Derogation(told["code"], told["cites"], parse_duration(told["minimum_tender_period"]))


def _derogation_json(derogation: Derogation) -> dict[str, str]:
    period = format_duration(derogation.minimum_tender_period)
    return {"code": derogation.code, "cites": derogation.cites, "minimum_tender_period": period}
