"""The tender's life as a table, walked at random, beside a model that knows only what people did."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backbone.errors import Conflict
from services.tenders.domain.committee import Committee, appoint
from services.tenders.domain.document import DocumentVersion
from services.tenders.domain.notice import draft_sha256, notice_json, notice_sha256
from services.tenders.domain.tender import TERMINAL, TRANSITIONS, Act, Stage, Tender, transition
from tests.unit.tenders.facts_a import DAY, INSTANT, NOW, content, document, lot, proven_committee, tender

OPENING_ACTS = {Act.COMPLETE_OPENING, Act.COMPLETE_TECHNICAL_OPENING}
CONTRACTUAL = {Stage.AWARDED, Stage.CONTRACTED}


class TenderLife(RuleBasedStateMachine):
    """Any act may be tried at any time, before or after the deadline; the model remembers what has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.tender = tender()
        self.now = NOW
        self.done: list[Act] = []

    @rule(act=st.sampled_from(list(Act)))
    def act(self, act: Act) -> None:
        stage = self.tender.stage(self.now)
        if stage not in TRANSITIONS[act]:
            with pytest.raises(Conflict) as refused:
                transition(self.tender, act, self.now)
            assert refused.value.params == {"act": act.value, "stage": stage.value}
            return
        state = transition(self.tender, act, self.now)
        published = NOW if act is Act.PUBLISH else self.tender.published_at
        self.tender = replace(self.tender, state=state, published_at=published)
        self.done.append(act)

    @rule(days=st.integers(min_value=1, max_value=20))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @invariant()
    def nothing_is_published_unapproved(self) -> None:
        """Control 1.2: between approval and publication nobody edits."""
        if Act.PUBLISH in self.done:
            before = self.done[: self.done.index(Act.PUBLISH)]
            moves = [each for each in before if each in {Act.SUBMIT, Act.RETURN, Act.APPROVE, Act.EDIT}]
            assert moves[-1] is Act.APPROVE

    @invariant()
    def what_is_public_is_never_a_draft_again(self) -> None:
        if self.tender.is_public:
            assert self.tender.state not in {Stage.DRAFT, Stage.AWAITING_APPROVAL, Stage.APPROVED}

    @invariant()
    def bidding_ends_at_the_deadline(self) -> None:
        """Control 5.3: whatever else runs or does not run."""
        if self.now >= self.tender.deadline:
            assert self.tender.stage(self.now) is not Stage.PUBLISHED

    @invariant()
    def nobody_is_contracted_without_opening_report_and_award(self) -> None:
        if self.tender.state in CONTRACTUAL:
            assert OPENING_ACTS & set(self.done)
            assert {Act.ISSUE_REPORT, Act.DECIDE_AWARD, Act.CONFIRM_AWARD} <= set(self.done)

    @invariant()
    def prices_come_after_the_technical_result(self) -> None:
        """Control 7.7: the second envelope is for those who passed the first."""
        if Act.COMPLETE_FINANCIAL_OPENING in self.done:
            assert Act.FINALISE_TECHNICAL in self.done[: self.done.index(Act.COMPLETE_FINANCIAL_OPENING)]

    @invariant()
    def the_end_is_the_end(self) -> None:
        if self.tender.state in {Stage.CANCELLED, Stage.UNSUCCESSFUL}:
            assert not any(self.tender.state in targets for targets in TRANSITIONS.values())


TestTenderLife = TenderLife.TestCase
TestTenderLife.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_every_stage_can_be_reached_and_all_but_the_last_can_be_left() -> None:
    reached, frontier = {Stage.DRAFT}, [Stage.DRAFT]
    while frontier:
        stage = frontier.pop()
        following = {targets[stage] for targets in TRANSITIONS.values() if stage in targets} - reached
        reached |= following
        frontier += following
    assert reached | {Stage.CLOSED} == set(Stage)
    for stage in set(Stage) - set(TERMINAL):
        assert any(targets.get(stage, stage) is not stage for targets in TRANSITIONS.values()), stage


def test_a_tender_is_closed_at_the_very_instant_of_its_deadline() -> None:
    """Control 5.3: a microsecond before it is open."""
    running = tender(state=Stage.PUBLISHED)
    assert running.stage(running.deadline - INSTANT) is Stage.PUBLISHED
    assert running.stage(running.deadline) is Stage.CLOSED
    with pytest.raises(Conflict, match="act_not_allowed"):
        transition(running, Act.AMEND, running.deadline)


PEOPLE: Committee = appoint(2, ["m1", "m2", "m3"], None)
FILES: tuple[DocumentVersion, ...] = (document(),)


@pytest.mark.parametrize(
    ("changed", "files", "committee"),
    [
        (tender(content=content(title="Otro título")), FILES, PEOPLE),
        (tender(content=content(lots=(lot(quantity="21"),))), FILES, PEOPLE),
        (tender(content=content(tender_period_end=NOW + 30 * DAY + INSTANT)), FILES, PEOPLE),
        (tender(), (document(sha256="cd" * 32),), PEOPLE),
        (tender(), (*FILES, document(document="d2", position=2)), PEOPLE),
        (tender(), FILES, appoint(2, ["m1", "m2", "m4"], None)),
        (tender(), FILES, appoint(3, ["m1", "m2", "m3", "m4"], None)),
    ],
)
def test_an_approval_is_of_one_draft_alone(
    changed: Tender, files: tuple[DocumentVersion, ...], committee: Committee
) -> None:
    """Controls 1.2 and 10.4: whatever is different has another digest."""
    assert draft_sha256(changed, files, committee) != draft_sha256(tender(), FILES, PEOPLE)


def test_registering_a_key_does_not_void_an_approval() -> None:
    """Members are approved; their keys may come afterwards."""
    assert draft_sha256(tender(), FILES, proven_committee()) == draft_sha256(tender(), FILES, PEOPLE)


def test_an_extension_leaves_bids_valid_and_a_changed_quantity_does_not() -> None:
    """Control 2.4: bids are bound to what they answer, which is not the calendar."""
    committee = proven_committee()

    def digest(subject: Tender) -> str:
        return notice_sha256(notice_json(subject, FILES, committee))

    extended = tender(content=content(tender_period_end=NOW + 40 * DAY, opening_at=NOW + 40 * DAY))
    assert digest(extended) == digest(tender())
    assert digest(tender(content=content(lots=(lot(quantity="25"),)))) != digest(tender())
