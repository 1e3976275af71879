"""Questions and answers: in time, once, and late answers by two persons."""

from dataclasses import fields
from datetime import datetime

import pytest

from backbone.errors import Conflict, Forbidden
from services.tenders.domain.question import MOST_OPEN_QUESTIONS, Question, answer, check_may_ask, confirm
from services.tenders.events.preparation import question_answered, question_asked
from tests.unit.tenders.facts_a import DAY, INSTANT, NOW, tender

QUESTION = Question("q1", "¿Se acepta otra marca?", NOW)
LATE = NOW + 24 * DAY + INSTANT  # six days before the deadline, and a microsecond


def answered(now: datetime, grounds: str = "") -> Question:
    return answer(QUESTION, tender(), "Sí.", grounds, "officer", now)


def test_a_question_has_no_place_for_who_asked() -> None:
    """Control 2.1: neither the domain's question nor its events know the asker."""
    assert not {each.name for each in fields(Question)} & {"asker", "asker_tag", "organisation", "person", "supplier"}
    asked = question_asked(tender(), QUESTION)
    assert asked.actor == ""
    assert set(asked.data_json()) == {"tender", "question"}
    told = question_answered(tender(), answered(NOW))
    assert told.actor == "officer"
    assert set(told.data_json()) == {"tender", "question", "question_text", "answer_text", "answered_at"}


def test_questions_are_taken_until_the_enquiry_period_ends() -> None:
    """Control 2.2: at its very end it is over."""
    end = tender().content.enquiry_period_end
    check_may_ask(tender(), end - INSTANT, 0)
    with pytest.raises(Conflict, match="enquiry_period_over"):
        check_may_ask(tender(), end, 0)


def test_nobody_floods_the_officer() -> None:
    check_may_ask(tender(), NOW, MOST_OPEN_QUESTIONS - 1)
    with pytest.raises(Conflict, match="questions_too_many"):
        check_may_ask(tender(), NOW, MOST_OPEN_QUESTIONS)


def test_an_answer_in_time_is_out_at_once_and_stays() -> None:
    out = answered(LATE - INSTANT)
    assert out.published_at == LATE - INSTANT
    with pytest.raises(Conflict, match="question_already_answered"):
        answer(out, tender(), "No.", "", "officer", LATE - INSTANT)


def test_a_late_answer_needs_an_extension_or_two_who_find_it_insignificant() -> None:
    """Control 2.2: one person cannot publish a late answer."""
    with pytest.raises(Conflict, match="answer_late"):
        answered(LATE)
    waiting = answered(LATE, "Repite lo que dice el pliego.")
    assert waiting.published_at is None
    with pytest.raises(Forbidden, match="second_person_needed"):
        confirm(waiting, "officer", LATE)
    out = confirm(waiting, "approver", LATE)
    assert (out.published_at, out.confirmed_by) == (LATE, "approver")


def test_only_an_answer_that_waits_is_confirmed() -> None:
    with pytest.raises(Conflict, match="answer_not_waiting"):
        confirm(QUESTION, "approver", NOW)
    with pytest.raises(Conflict, match="answer_not_waiting"):
        confirm(answered(NOW), "approver", NOW)


def test_grounds_given_in_time_are_not_kept() -> None:
    assert answered(NOW, "No hacía falta.").not_significant == ""
