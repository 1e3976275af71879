"""Routes of questions and answers."""

from typing import Any

from licita.common.v1.acts_pb2 import ActRefused

from backbone.acts import Call
from backbone.errors import LicitaError
from backbone.events import Event
from services.tenders.api import doors, house, tender_of
from services.tenders.commands import question
from services.tenders.queries.preparation import list_questions as list_all
from services.tenders.queries.preparation import question_json
from services.tenders.schemas.preparation import QUESTION_OUT, QUESTION_PAGE, AnswerIn, QuestionIn

QUESTIONS = "/v1/tenders/<uuid:tender_id>/questions"


def refused_anonymously(call: Call, error: LicitaError) -> Event:
    """A refused question is told without who asked: already the attempt would show an interest in the tender."""
    data = ActRefused(act="tenders.ask_question", subject=tender_of(call), reason=error.code)
    return Event(subject=tender_of(call), data=data)


@doors.act("POST", QUESTIONS, body=QuestionIn, returns=QUESTION_OUT, status=201, refusal=refused_anonymously)
def ask_question(call: Call, body: dict[str, Any]) -> Any:
    """Asks; nobody learns who did, and everybody reads the answer at once."""
    asked = question.ask_question(call.tx, call.principal, tender_of(call), body["text"], house().asker_key)
    return question_json(asked, staff=False)


@doors.ask(QUESTIONS, returns=QUESTION_PAGE)
def list_questions(call: Call) -> Any:
    """Answered questions; for the buyer's staff also those that wait."""
    return {"items": list_all(call.tx, call.principal, tender_of(call)), "next": None}


@doors.act("POST", f"{QUESTIONS}/<uuid:question_id>/answer", body=AnswerIn, returns=QUESTION_OUT, status=201)
def answer_question(call: Call, body: dict[str, Any]) -> Any:
    """Answers to all at once. A late answer needs an extension first, or grounds and a second officer."""
    answered = question.answer_question(
        call.tx, call.principal, tender_of(call), _question_of(call), body["text"], body["not_significant"]
    )
    return question_json(answered, staff=True)


@doors.act("POST", f"{QUESTIONS}/<uuid:question_id>/answer/confirmation", returns=QUESTION_OUT, status=201)
def confirm_answer(call: Call) -> Any:
    """A second officer too finds a late answer not significant: it is published."""
    confirmed = question.confirm_answer(call.tx, call.principal, tender_of(call), _question_of(call))
    return question_json(confirmed, staff=True)


def _question_of(call: Call) -> str:
    return str(call.path["question_id"])
