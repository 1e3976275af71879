"""What a citizen is told about a tender: exactly one stage, what comes next, who must act, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Which state an event brings a tender to. The values are the stages of docs/architecture.md.
STATE_AFTER = {
    "TenderPublished": "published",
    "TenderCancelled": "cancelled",
    "TechnicalEvaluationFinalised": "financial_opening",
    "EvaluationReportIssued": "evaluated",
    "AwardDecided": "standstill",
    "ComplaintLodged": "complaint",
    "ComplaintDecided": "standstill",
    "ComplaintWithdrawn": "standstill",
    "AwardCancelled": "evaluated",
    "AwardConfirmed": "awarded",
    "ContractSigned": "contracted",
}
STATE_AFTER_OPENING = {"technical": "technical_evaluation", "financial": "evaluation", "offer": "evaluation"}
FINAL = frozenset({"contracted", "cancelled", "unsuccessful"})
# The usual road, for the picture of stages; a complaint or a cancellation is a detour shown by itself.
ROAD = (
    "published",
    "closed",
    "technical_evaluation",
    "financial_opening",
    "evaluation",
    "evaluated",
    "standstill",
    "awarded",
    "contracted",
)


@dataclass(frozen=True)
class Tender:
    """A tender as the pages know it. `notice` has the shape of `licita.tenders.v1.Notice`."""

    id: str
    ocid: str
    state: str
    state_since: datetime
    published_at: datetime
    closes_at: datetime
    notice: dict[str, Any]

    def stage(self, now: datetime) -> str:
        """The one current stage. That a tender is closed follows from the clock alone; no scheduler says so."""
        if self.state == "published" and now >= self.closes_at:
            return "closed"
        return self.state

    def since(self, now: datetime) -> datetime:
        """Since when the stage lasts."""
        return self.closes_at if self.stage(now) == "closed" else self.state_since


def state_after(kind: str, data: dict[str, Any]) -> str | None:
    """The state that an event leads to, None if it does not move the tender."""
    if kind == "OpeningCompleted":
        return STATE_AFTER_OPENING[data["envelope"]]
    if kind == "TenderUnsuccessful":
        return None if data["lot"] else "unsuccessful"
    if kind == "ComplaintDecided" and data["outcome"] == "upheld":
        return None
    return STATE_AFTER.get(kind)


def road(stage: str, envelopes: list[str]) -> list[tuple[str, str]]:
    """Stages in order with `done`, `now` or `ahead`; a one-envelope procedure has no technical part of its own."""
    stages = [
        each for each in ROAD if "technical" in envelopes or each not in {"technical_evaluation", "financial_opening"}
    ]
    place = stages.index(stage) if stage in stages else stages.index("standstill") if stage == "complaint" else -1
    return [(each, _mark(number, place)) for number, each in enumerate(stages)]


def _mark(number: int, place: int) -> str:
    if number == place:
        return "now"
    return "done" if number < place else "ahead"
