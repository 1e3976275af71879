"""Award, complaint and contract as a machine: whatever people try in whatever order, the invariants hold."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule

from backbone.errors import Conflict
from services.tenders.domain import complaint as complaints
from services.tenders.domain.award import ACTIVE, CANCELLED, Decision, cancel, confirm
from services.tenders.domain.complaint import Complaint
from services.tenders.domain.contract import Contract, award_to_contract, sign
from services.tenders.domain.standstill import check_running
from services.tenders.domain.tender import Act, Stage, transition
from tests.unit.tenders.facts_a import tender
from tests.unit.tenders.facts_b import NOW, decision

STANDSTILL = timedelta(days=10)
BIDDERS = ("org-1", "org-2", "org-3")


class AwardLife(RuleBasedStateMachine):
    """Plays the commands' part with the domain's rules alone, by a clock that only moves forward."""

    lodged = Bundle("lodged")

    def __init__(self) -> None:
        super().__init__()
        self.tender = replace(tender(), state=Stage.EVALUATED)
        self.now = NOW
        self.decision: Decision | None = None
        self.history: list[Decision] = []
        self.complaints: dict[str, Complaint] = {}
        self.contracts: list[Contract] = []

    def _move(self, act: Act) -> None:
        self.tender = replace(self.tender, state=transition(self.tender, act))

    @property
    def _open(self) -> bool:
        return complaints.any_open(self.complaints.values())

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.tender.state is Stage.EVALUATED and not self._open)
    @rule()
    def decide(self) -> None:
        if self.decision:
            self.history.append(self.decision)
        number = len(self.history)
        awards = tuple(replace(each, id=f"{each.id}-{number}") for each in decision().awards)
        self.decision = replace(
            decision(), id=f"d{number}", decided_at=self.now, standstill_end=self.now + STANDSTILL, awards=awards
        )
        self._move(Act.DECIDE_AWARD)

    @rule(target=lodged, who=st.sampled_from(BIDDERS))
    def lodge(self, who: str) -> object:
        try:
            transition(self.tender, Act.LODGE_COMPLAINT)
            assert self.decision is not None
            check_running(self.decision, self.now)
        except Conflict:
            return multiple()
        name = f"c{len(self.complaints)}"
        self.complaints[name] = Complaint(name, self.decision.id, who, "motivos", self.now)
        self._move(Act.LODGE_COMPLAINT)
        return name

    def _end(self, ended: Complaint) -> None:
        self.complaints[ended.id] = ended
        if self.tender.state is Stage.COMPLAINT and not self._open:
            self._move(Act.RESUME_STANDSTILL)

    @rule(name=lodged)
    def withdraw(self, name: str) -> None:
        known = self.complaints[name]
        if known.is_open:
            self._end(complaints.withdraw(known, known.complainant, self.now))

    @rule(name=lodged)
    def dismiss(self, name: str) -> None:
        if self.complaints[name].is_open:
            self._end(complaints.decide(self.complaints[name], "dismissed", "sin fundamento", "rev", self.now))

    @rule(name=lodged)
    def uphold(self, name: str) -> None:
        if not self.complaints[name].is_open:
            return
        self.complaints[name] = complaints.decide(self.complaints[name], "upheld", "fundado", "rev", self.now)
        if self.tender.state is Stage.COMPLAINT:
            assert self.decision is not None
            self.decision = cancel(self.decision)
            self._move(Act.UPHOLD_COMPLAINT)

    @rule()
    def confirm(self) -> None:
        if self.decision is None:
            return
        try:
            transition(self.tender, Act.CONFIRM_AWARD)
            self.decision = confirm(self.decision, self.now, complaint_open=self._open)
        except Conflict:
            return
        self._move(Act.CONFIRM_AWARD)

    @rule(backdated=st.integers(0, 400))
    def contract(self, backdated: int) -> None:
        if self.decision is None:
            return
        try:
            transition(self.tender, Act.SIGN_CONTRACT)
            award = award_to_contract(self.decision, self.decision.awards[0].id, self.contracts)
            dated, end = self.now - timedelta(hours=backdated), self.decision.standstill_end
            signed = sign(f"k{len(self.contracts)}", award, f"CO-{len(self.contracts)}", dated, end, self.now)
        except Conflict:
            return
        self.contracts.append(signed)
        self._move(Act.SIGN_CONTRACT)

    @invariant()
    def an_open_complaint_keeps_the_award_from_being_active(self) -> None:
        """Control 8.8."""
        if self._open:
            assert self.tender.state in {Stage.COMPLAINT, Stage.EVALUATED}
            assert self.decision is not None
            assert self.decision.ended != ACTIVE

    @invariant()
    def no_contract_within_standstill(self) -> None:
        """Control 8.7."""
        for each in self.contracts:
            assert self.decision is not None
            assert self.decision.standstill_end <= each.signed_at <= self.now

    @invariant()
    def one_contract_for_an_award_and_only_for_an_active_one(self) -> None:
        awards = [each.award for each in self.contracts]
        assert len(set(awards)) == len(awards)
        active = {each.id for each in self.decision.awards if each.status == ACTIVE} if self.decision else set()
        assert set(awards) <= active

    @invariant()
    def every_decision_but_the_last_was_cancelled(self) -> None:
        assert all(each.ended == CANCELLED for each in self.history)

    @invariant()
    def the_stage_agrees_with_the_decision(self) -> None:
        expected = {"": {Stage.STANDSTILL, Stage.COMPLAINT}, ACTIVE: {Stage.AWARDED, Stage.CONTRACTED}}
        if self.decision and self.decision.ended != CANCELLED:
            assert self.tender.state in expected[self.decision.ended]
        else:
            assert self.tender.state is Stage.EVALUATED


TestAwardLife = AwardLife.TestCase
TestAwardLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
