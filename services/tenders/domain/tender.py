"""A tender: the stages it goes through, the acts that move it, and what it is in each of them.

    draft -> awaiting_approval -> approved -> published -> closed -> technical_evaluation -> financial_opening
      ^------------+------------------'                       `------------------------------> evaluation
    evaluation -> evaluated -> standstill <-> complaint         standstill -> awarded -> contracted
                      ^---------------------------'             anything before awarded -> cancelled, unsuccessful

`closed` is never stored: a published tender is closed from the instant of its deadline on, whatever runs or does not
run at that instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from backbone.errors import Conflict
from services.tenders.domain.content import Content, Criterion, Lot
from services.tenders.domain.procedure import Policy


class Stage(StrEnum):
    """Where a tender stands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"
    TECHNICAL_EVALUATION = "technical_evaluation"
    FINANCIAL_OPENING = "financial_opening"
    EVALUATION = "evaluation"
    EVALUATED = "evaluated"
    STANDSTILL = "standstill"
    COMPLAINT = "complaint"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class Act(StrEnum):
    """What can be done to a tender."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    REGISTER_KEY = "register_key"
    ADD_DOCUMENT = "add_document"
    ASK = "ask"
    ANSWER = "answer"
    AMEND = "amend"
    CANCEL = "cancel"
    COMPLETE_TECHNICAL_OPENING = "complete_technical_opening"
    FINALISE_TECHNICAL = "finalise_technical"
    FINALISE_WITHOUT_PASSES = "finalise_without_passes"
    COMPLETE_FINANCIAL_OPENING = "complete_financial_opening"
    COMPLETE_OPENING = "complete_opening"
    ABANDON_OPENING = "abandon_opening"
    ISSUE_REPORT = "issue_report"
    DECIDE_AWARD = "decide_award"
    DECLARE_UNSUCCESSFUL = "declare_unsuccessful"
    LODGE_COMPLAINT = "lodge_complaint"
    DECIDE_COMPLAINT = "decide_complaint"
    RESUME_STANDSTILL = "resume_standstill"
    UPHOLD_COMPLAINT = "uphold_complaint"
    CONFIRM_AWARD = "confirm_award"
    SIGN_CONTRACT = "sign_contract"


PREPARING = (Stage.DRAFT, Stage.AWAITING_APPROVAL, Stage.APPROVED)
TERMINAL = (Stage.CONTRACTED, Stage.CANCELLED, Stage.UNSUCCESSFUL)
_OPENABLE = (Stage.PUBLISHED, Stage.CLOSED)  # the bids service's clock decided that the deadline has passed
_RUNNING = (
    Stage.PUBLISHED,
    Stage.CLOSED,
    Stage.TECHNICAL_EVALUATION,
    Stage.FINANCIAL_OPENING,
    Stage.EVALUATION,
    Stage.EVALUATED,
    Stage.STANDSTILL,
    Stage.COMPLAINT,
)


def _all_to(stages: tuple[Stage, ...], target: Stage) -> dict[Stage, Stage]:
    return dict.fromkeys(stages, target)


def _staying(*stages: Stage) -> dict[Stage, Stage]:
    return {stage: stage for stage in stages}


TRANSITIONS: Mapping[Act, Mapping[Stage, Stage]] = {
    Act.EDIT: _staying(Stage.DRAFT),
    Act.SUBMIT: {Stage.DRAFT: Stage.AWAITING_APPROVAL},
    Act.RETURN: _all_to((Stage.AWAITING_APPROVAL, Stage.APPROVED), Stage.DRAFT),
    Act.APPROVE: {Stage.AWAITING_APPROVAL: Stage.APPROVED},
    Act.PUBLISH: {Stage.APPROVED: Stage.PUBLISHED},
    Act.REGISTER_KEY: _staying(*PREPARING),
    Act.ADD_DOCUMENT: _staying(Stage.DRAFT, Stage.PUBLISHED),
    Act.ASK: _staying(Stage.PUBLISHED),
    Act.ANSWER: _staying(Stage.PUBLISHED),
    Act.AMEND: _staying(Stage.PUBLISHED),
    Act.CANCEL: _all_to(_RUNNING, Stage.CANCELLED),
    Act.COMPLETE_TECHNICAL_OPENING: _all_to(_OPENABLE, Stage.TECHNICAL_EVALUATION),
    Act.FINALISE_TECHNICAL: {Stage.TECHNICAL_EVALUATION: Stage.FINANCIAL_OPENING},
    Act.FINALISE_WITHOUT_PASSES: {Stage.TECHNICAL_EVALUATION: Stage.EVALUATION},  # no price will be opened
    Act.COMPLETE_FINANCIAL_OPENING: {Stage.FINANCIAL_OPENING: Stage.EVALUATION},
    Act.COMPLETE_OPENING: _all_to(_OPENABLE, Stage.EVALUATION),
    Act.ABANDON_OPENING: _all_to((*_OPENABLE, Stage.FINANCIAL_OPENING), Stage.UNSUCCESSFUL),
    Act.ISSUE_REPORT: {Stage.EVALUATION: Stage.EVALUATED},
    Act.DECIDE_AWARD: {Stage.EVALUATED: Stage.STANDSTILL},
    Act.DECLARE_UNSUCCESSFUL: _all_to(
        (
            *_OPENABLE,
            Stage.TECHNICAL_EVALUATION,
            Stage.FINANCIAL_OPENING,
            Stage.EVALUATION,
            Stage.EVALUATED,
            Stage.STANDSTILL,
        ),
        Stage.UNSUCCESSFUL,
    ),
    Act.LODGE_COMPLAINT: _all_to((Stage.STANDSTILL, Stage.COMPLAINT), Stage.COMPLAINT),
    Act.DECIDE_COMPLAINT: _staying(Stage.COMPLAINT),
    Act.RESUME_STANDSTILL: {Stage.COMPLAINT: Stage.STANDSTILL},
    Act.UPHOLD_COMPLAINT: {Stage.COMPLAINT: Stage.EVALUATED},
    Act.CONFIRM_AWARD: {Stage.STANDSTILL: Stage.AWARDED},
    Act.SIGN_CONTRACT: _all_to((Stage.AWARDED, Stage.CONTRACTED), Stage.CONTRACTED),
}


@dataclass(frozen=True)
class Tender:
    """One procedure. `state` is what is stored; ask `stage(now)` where the deadline matters.

    `version` counts every change of the row, for If-Match. `policy` is a snapshot taken when the draft was last
    submitted: later versions of the law do not touch a running tender (control 14.7). `notice_version` is 0 and
    `notice_sha256` empty until publication. `editors` are all who had a hand in the draft.
    """

    id: str
    ocid: str
    buyer: str
    buyer_name: str
    state: Stage
    drafter: str
    content: Content
    policy: Policy
    created_at: datetime
    editors: tuple[str, ...] = ()
    approver: str = ""
    approved_sha256: str = ""
    version: int = 1
    notice_version: int = 0
    notice_sha256: str = ""
    published_at: datetime | None = None

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Its lots, in the notice's order."""
        return self.content.lots

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Its criteria, in the notice's order."""
        return self.content.criteria

    @property
    def deadline(self) -> datetime:
        """The one instant that ends bidding; every surface derives its own from this (control 1.4)."""
        return self.content.tender_period_end

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the buyer's working days and hours are meant."""
        return ZoneInfo(self.content.time_zone)

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it."""
        return self.published_at is not None

    def stage(self, now: datetime) -> Stage:
        """The stage at an instant: the stored state, except that a deadline that has come closes the tender.

        The boundary is `now < deadline`: at the very instant of the deadline the tender is closed (control 5.3).
        """
        if self.state is Stage.PUBLISHED and now >= self.deadline:
            return Stage.CLOSED
        return self.state


def transition(tender: Tender, act: Act, now: datetime | None = None) -> Stage:
    """The stage after the act. With `now` the deadline counts; without, only the stored state does.

    Raises:
        Conflict: `act_not_allowed`, with the act and the present stage.
    """
    stage = tender.state if now is None else tender.stage(now)
    target = TRANSITIONS[act].get(stage)
    if target is None:
        raise Conflict("act_not_allowed", act=act.value, stage=stage.value)
    return target
