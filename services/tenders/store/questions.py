"""Questions: rows from and to the domain. Who asked is kept only as a keyed hash, which the domain never sees."""

from typing import Any

from sqlalchemy import Select, func, insert, select, update

from backbone.database import Transaction
from backbone.errors import NotFound
from services.tenders.domain.question import Question
from services.tenders.store.tables import questions

_FIELDS = [column for column in questions.c if column.name not in {"tender", "asker_tag"}]


def add(tx: Transaction, tender_id: str, question: Question, asker_tag: str) -> None:
    """Writes a new question."""
    tx.connection.execute(insert(questions).values(tender=tender_id, asker_tag=asker_tag, **vars(question)))


def count_open(tx: Transaction, tender_id: str, asker_tag: str) -> int:
    """How many questions of one asker wait for an answer."""
    waiting = (questions.c.tender == tender_id, questions.c.asker_tag == asker_tag, questions.c.published_at.is_(None))
    return tx.connection.execute(select(func.count()).select_from(questions).where(*waiting)).scalar_one()


def load(tx: Transaction, tender_id: str, question_id: str) -> Question:
    """One question; the tender's lock guards it.

    Raises:
        NotFound: the tender has no such question.
    """
    query = select(*_FIELDS).where(questions.c.tender == tender_id, questions.c.id == question_id)
    row = tx.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("question_unknown", question=question_id)
    return Question(**row)


def questions_of(tx: Transaction, tender_id: str, *, published: bool) -> list[Question]:
    """The tender's questions; with `published` those alone whose answer is out, in the order of the answers."""
    query: Select[Any] = select(*_FIELDS).where(questions.c.tender == tender_id)
    if published:
        query = query.where(questions.c.published_at.is_not(None)).order_by(questions.c.published_at, questions.c.id)
    else:
        query = query.order_by(questions.c.asked_at, questions.c.id)
    return [Question(**row) for row in tx.connection.execute(query).mappings()]


def save(tx: Transaction, question: Question) -> None:
    """Writes the answer and its publication."""
    tx.connection.execute(update(questions).where(questions.c.id == question.id).values(vars(question)))
