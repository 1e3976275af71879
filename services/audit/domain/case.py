"""A tender rebuilt from events alone.

Written from the published contracts, not from the other services' code: an error there must show here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Told:
    """One event of the log. `kind` is the last word of its type."""

    index: int
    id: str
    kind: str
    producer: str
    time: datetime
    subject: str
    actor: str
    data: dict[str, Any]


@dataclass
class Case:
    """All that the log says of one tender.

    `events` are in the order of their instants; `commitments` are the earlier leaves that revealed records point to;
    `vendors` are the register's events on the suppliers who were awarded.
    """

    tender: str
    events: Sequence[Told]
    commitments: dict[str, Told] = field(default_factory=dict)
    vendors: Sequence[Told] = ()

    def of(self, *kinds: str) -> list[Told]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def before(self, told: Told, *kinds: str) -> list[Told]:
        """Those of these kinds that were told before `told`."""
        return [event for event in self.of(*kinds) if (event.time, event.index) < (told.time, told.index)]

    def notice_before(self, told: Told) -> dict[str, Any] | None:
        """The notice in force when `told` was told."""
        notices = self.before(told, "TenderPublished", "NoticeAmended")
        return notices[-1].data["notice"] if notices else None

    @property
    def notice(self) -> dict[str, Any] | None:
        """The last notice."""
        notices = self.of("TenderPublished", "NoticeAmended")
        return notices[-1].data["notice"] if notices else None

    def until(self, instant: datetime) -> "Case":
        """The case as it stood at an instant."""
        return Case(
            self.tender, [event for event in self.events if event.time <= instant], self.commitments, self.vendors
        )


def state(case: Case) -> dict[str, Any]:
    """The tender's state as the events give it, for a reader to compare with what the platform shows."""
    notice = case.notice or {}
    stages = [event.kind for event in case.events if event.kind in STAGES]
    return {
        "stage": STAGES[stages[-1]] if stages else "unknown",
        "ocid": notice.get("ocid", ""),
        "noticeVersion": notice.get("version", 0),
        "deadline": notice.get("tender_period_end", ""),
        "bidsOpened": len({event.data["bid"] for event in case.of("BidOpened")}),
        "recordsRevealed": len(case.of("RecordRevealed")),
        "refusals": len(case.of("ActRefused")),
        "contracts": len(case.of("ContractSigned")),
    }


STAGES = {
    "TenderDrafted": "draft",
    "TenderSubmittedForApproval": "awaiting_approval",
    "TenderApproved": "approved",
    "TenderPublished": "published",
    "TechnicalEvaluationFinalised": "financial_opening",
    "OpeningCompleted": "opened",
    "EvaluationReportIssued": "evaluated",
    "AwardDecided": "standstill",
    "ComplaintLodged": "complaint",
    "ComplaintDecided": "standstill",
    "ComplaintWithdrawn": "standstill",
    "AwardCancelled": "evaluated",
    "AwardConfirmed": "awarded",
    "ContractSigned": "contracted",
    "TenderCancelled": "cancelled",
}
