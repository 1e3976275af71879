"""Corrigenda: structured differences by two persons, deadlines that only grow, late changes that need an extension."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.errors import Conflict, Forbidden, Invalid
from services.tenders.domain.corrigendum import Corrigendum, approve, check_proposal, propose, with_documents
from services.tenders.domain.notice import Change, differences
from services.tenders.domain.tender import Stage, Tender
from tests.unit.tenders.facts_a import DAY, INSTANT, NOW, content, document, lot, tender

RUNNING = tender(state=Stage.PUBLISHED, published_at=NOW, notice_version=1)
LATE = NOW + 24 * DAY + INSTANT


def proposed(now: Any = NOW, documents: tuple[str, ...] = (), on: Tender = RUNNING, **fields: Any) -> Any:
    """A proposal that was checked at `now`."""
    proposal = propose(on, fields, documents)
    check_proposal(on, proposal, now)
    return proposal


def corrigendum(**changes: Any) -> Corrigendum:
    proposal = propose(RUNNING, {"title": "Otro"}, ())
    usual = Corrigendum("c1", 1, 1, "cor-buy", "Error de tipeo", proposal, (), "officer", NOW)
    return replace(usual, **changes)


@given(seconds=st.integers(min_value=-(10**6), max_value=10**6))
def test_an_extension_moves_everything_and_a_shortening_is_impossible(seconds: int) -> None:
    """Controls 1.4 and 2.5: opening and enquiry period move with the deadline, and none ever moves earlier."""
    end = RUNNING.deadline + timedelta(seconds=seconds)
    if seconds < 0:
        with pytest.raises(Invalid, match="deadline_earlier"):
            proposed(tender_period_end=end)
        return
    moved = proposed(tender_period_end=end).content
    assert moved.tender_period_end == end
    assert moved.opening_at == RUNNING.content.opening_at + timedelta(seconds=seconds)
    assert moved.enquiry_period_end == RUNNING.content.enquiry_period_end + timedelta(seconds=seconds)


def test_nothing_is_amended_once_the_deadline_has_come() -> None:
    """Control 2.5: not even by an extension."""
    with pytest.raises(Conflict, match="deadline_passed"):
        proposed(RUNNING.deadline, tender_period_end=RUNNING.deadline + DAY)


def test_the_opening_is_not_moved_earlier_on_its_own() -> None:
    later = replace(RUNNING, content=content(opening_at=NOW + 31 * DAY))
    with pytest.raises(Invalid, match="opening_earlier"):
        proposed(on=later, opening_at=NOW + 30 * DAY)


def test_a_significant_change_that_comes_late_needs_an_extension() -> None:
    """Control 2.2: so does a new version of a document; moving periods alone does not."""
    with pytest.raises(Conflict, match="corrigendum_needs_extension"):
        proposed(LATE, lots=(lot(quantity="25"),))
    with pytest.raises(Conflict, match="corrigendum_needs_extension"):
        proposed(LATE, documents=("d1",))
    proposed(LATE, lots=(lot(quantity="25"),), tender_period_end=RUNNING.deadline + DAY)
    proposed(LATE, tender_period_end=RUNNING.deadline + INSTANT)


def test_an_amended_notice_obeys_the_rules_of_a_new_one() -> None:
    with pytest.raises(Invalid, match="announced_part_removed"):
        proposed(lots=())
    with pytest.raises(Invalid, match="id_repeated"):
        proposed(lots=(lot(), lot()))


def test_two_persons_amend_and_only_the_version_that_was_looked_at() -> None:
    """Controls 2.3 and 10.1: the proposer cannot approve; an outdated proposal cannot be approved at all."""
    with pytest.raises(Forbidden, match="second_person_needed"):
        approve(corrigendum(), 1, "officer", NOW)
    with pytest.raises(Conflict, match="corrigendum_outdated"):
        approve(corrigendum(), 2, "approver", NOW)
    done = approve(corrigendum(), 1, "approver", NOW)
    assert (done.approver, done.approved_at) == ("approver", NOW)
    with pytest.raises(Conflict, match="corrigendum_already_approved"):
        approve(done, 1, "approver", NOW)


def test_a_difference_names_the_place_and_both_values() -> None:
    """Control 2.3: JSON pointers (RFC 6901), escaped; what is not there is the empty text."""
    before = {"title": "A", "lots": [{"quantity": "20"}, {"quantity": "5"}], "a/b~c": 1, "gone": {"x": True}}
    after = {"title": "B", "lots": [{"quantity": "25"}], "a/b~c": 2, "new": None}
    assert set(differences(before, after)) == {
        Change("/title", "A", "B"),
        Change("/lots/0/quantity", "20", "25"),
        Change("/lots/1", '{"quantity":"5"}', ""),
        Change("/a~1b~0c", "1", "2"),
        Change("/gone", '{"x":true}', ""),
        Change("/new", "", "null"),
    }
    assert differences(before, before) == ()


def test_documents_are_published_by_a_corrigendum_that_names_them() -> None:
    """Control 1.5: the old version stays, the new one is out, others wait."""
    first = document(published_at=NOW)
    second, other = document(version=2), document(document="d2", position=2)
    after = with_documents((first, second, other), ("d1",), LATE)
    assert [each.published_at for each in after] == [NOW, LATE, None]
    with pytest.raises(Invalid, match="document_not_waiting"):
        with_documents((first,), ("d1",), LATE)


def test_quantities_differ_by_value_and_not_by_how_they_are_written() -> None:
    same = content(lots=(lot(quantity="20.0"),))
    assert same.lots[0].items[0].quantity == Decimal(20)
