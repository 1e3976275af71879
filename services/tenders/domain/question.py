"""Questions and answers: nobody learns who asked, all read the answer at the same instant (controls 2.1, 2.2)."""

from dataclasses import dataclass, replace
from datetime import datetime

from backbone.clock import rfc3339
from backbone.errors import Conflict, Forbidden
from services.tenders.domain.periods import is_late
from services.tenders.domain.tender import Tender

MOST_OPEN_QUESTIONS = 50


@dataclass(frozen=True)
class Question:
    """A question. An answer that came late waits for `confirmed_by`, who finds it not significant.

    Nothing here tells who asked.
    """

    id: str
    text: str
    asked_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    not_significant: str = ""
    confirmed_by: str = ""
    published_at: datetime | None = None


def check_may_ask(tender: Tender, now: datetime, open_questions: int) -> None:
    """Questions are taken until the enquiry period ends, and not without limit from one supplier.

    Raises:
        Conflict: too late, or too many of one's own wait for an answer.
    """
    if now >= tender.content.enquiry_period_end:
        raise Conflict("enquiry_period_over", until=rfc3339(tender.content.enquiry_period_end))
    if open_questions >= MOST_OPEN_QUESTIONS:
        raise Conflict("questions_too_many", limit=MOST_OPEN_QUESTIONS)


def answer(question: Question, tender: Tender, text: str, not_significant: str, by: str, now: datetime) -> Question:
    """The question with its answer: published at once in time; when late, only kept until somebody else confirms.

    Raises:
        Conflict: it is answered already; or it is late and neither the deadline was extended nor grounds are given why
            the answer is not significant.
    """
    if question.published_at is not None:
        raise Conflict("question_already_answered")
    late = is_late(tender.deadline, tender.policy, now)
    if late and not not_significant:
        raise Conflict("answer_late", until=rfc3339(tender.deadline - tender.policy.answer_cutoff))
    return replace(
        question,
        answer=text,
        answered_by=by,
        answered_at=now,
        not_significant=not_significant if late else "",
        published_at=None if late else now,
    )


def confirm(question: Question, by: str, now: datetime) -> Question:
    """The late answer, published because a second officer too finds it not significant.

    Raises:
        Conflict: nothing waits for a confirmation.
        Forbidden: who answered cannot confirm.
    """
    if question.published_at is not None or question.answered_at is None:
        raise Conflict("answer_not_waiting")
    if by == question.answered_by:
        raise Forbidden("second_person_needed")
    return replace(question, confirmed_by=by, published_at=now)
