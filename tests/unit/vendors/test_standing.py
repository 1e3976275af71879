"""The supplier's life as a table, walked at random, beside a model that knows no table."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backbone.errors import Conflict
from services.vendors.domain.debarment import eligibility
from services.vendors.domain.standing import TRANSITIONS, Act, Standing, Status, after
from tests.unit.vendors.facts import NOON, debarment

JUDGED = st.sampled_from([Act.VERIFY, Act.REFUSE])


class SupplierLife(RuleBasedStateMachine):
    """The model: what the papers were judged to be, and whether a suspension is running. Nothing else counts."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing()
        self.judged: Act | None = None
        self.suspended = False

    @precondition(lambda self: not self.suspended)
    @rule(act=JUDGED)
    def judge(self, act: Act) -> None:
        if act == self.judged:
            with pytest.raises(Conflict, match="act_not_allowed"):
                after(self.standing, act)
            return
        self.standing = after(self.standing, act)
        self.judged = act

    @precondition(lambda self: self.suspended)
    @rule(act=JUDGED)
    def judge_while_suspended(self, act: Act) -> None:
        with pytest.raises(Conflict, match="act_not_allowed"):
            after(self.standing, act)

    @rule(act=st.sampled_from([Act.SUSPEND, Act.REINSTATE]))
    def suspend_or_reinstate(self, act: Act) -> None:
        if (act is Act.SUSPEND) == self.suspended:
            with pytest.raises(Conflict, match="act_not_allowed"):
                after(self.standing, act)
            return
        self.standing = after(self.standing, act)
        self.suspended = act is Act.SUSPEND

    @invariant()
    def the_status_says_what_happened(self) -> None:
        judged = {None: Status.REGISTERED, Act.VERIFY: Status.VERIFIED, Act.REFUSE: Status.REFUSED}[self.judged]
        assert self.standing.status == (Status.SUSPENDED if self.suspended else judged)
        assert self.standing.resumes == (judged if self.suspended else None)

    @invariant()
    def who_is_neither_refused_nor_suspended_may_bid(self) -> None:
        """Control 3.1: nobody has to be approved first."""
        found = eligibility(self.standing.status, [], NOON)
        assert found.eligible == (not self.suspended and self.judged is not Act.REFUSE)

    @invariant()
    def debarment_is_orthogonal(self) -> None:
        """Control 3.4: whatever the standing, a debarment in force decides."""
        found = eligibility(self.standing.status, [debarment()], NOON)
        assert (found.eligible, found.reason, found.status) == (False, "vendor_debarred", self.standing.status)


TestSupplierLife = SupplierLife.TestCase
TestSupplierLife.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("act", list(Act))
def test_what_is_not_in_the_table_is_refused_with_its_reason(status: Status, act: Act) -> None:
    standing = Standing(status, Status.VERIFIED if status is Status.SUSPENDED else None)
    if (status, act) in TRANSITIONS:
        assert after(standing, act).status != status
        return
    with pytest.raises(Conflict) as refused:
        after(standing, act)
    assert refused.value.code == "act_not_allowed"
    assert refused.value.params == {"act": act.value, "status": status.value}


def test_every_status_can_be_reached_and_left() -> None:
    assert {status for status, _ in TRANSITIONS} == set(Status)
    assert {Status(target) for target in TRANSITIONS.values() if target != "resume"} == set(Status) - {
        Status.REGISTERED
    }
