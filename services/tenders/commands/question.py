"""Questions and answers."""

import hashlib
import hmac

from backbone.database import Transaction
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.draft import lock_own
from services.tenders.commands.releases import publish_release
from services.tenders.domain import question as rules
from services.tenders.domain.question import Question
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.ocds.tender import enquiries
from services.tenders.queries.access import must_see
from services.tenders.store import questions
from services.tenders.store.tenders import load_tender


def ask_question(tx: Transaction, principal: Principal, tender_id: str, text: str, asker_key: bytes) -> Question:
    """Takes a supplier's question. Who asked is not kept, only a keyed hash that tells one asker's questions apart.

    Raises:
        NotFound: no such tender.
        Conflict: the enquiry period is over, or too many of one's own questions wait.
    """
    tender = load_tender(tx, tender_id, lock=True)
    must_see(principal, tender)
    now = tx.now()
    transition(tender, Act.ASK, now)
    tag = _asker_tag(asker_key, tender.id, principal.organisation)
    rules.check_may_ask(tender, now, questions.count_open(tx, tender.id, tag))
    asked = Question(new_id(), text, now)
    questions.add(tx, tender.id, asked, tag)
    tx.emit(events.question_asked(tender, asked))
    return asked


def answer_question(
    tx: Transaction, principal: Principal, tender_id: str, question_id: str, text: str, not_significant: str
) -> Question:
    """Answers to all at once; a late answer waits for a second officer (control 2.2).

    Raises:
        NotFound: no such question.
        Conflict: it is answered; or it is late and no grounds are given; or bidding is over.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    transition(tender, Act.ANSWER, now)
    asked = questions.load(tx, tender.id, question_id)
    return _keep(tx, tender, rules.answer(asked, tender, text, not_significant, principal.person, now))


def confirm_answer(tx: Transaction, principal: Principal, tender_id: str, question_id: str) -> Question:
    """Publishes a late answer that a second officer too finds not significant.

    Raises:
        NotFound: no such question.
        Conflict: nothing waits, or bidding is over.
        Forbidden: the caller wrote the answer.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    transition(tender, Act.ANSWER, now)
    return _keep(tx, tender, rules.confirm(questions.load(tx, tender.id, question_id), principal.person, now))


def _keep(tx: Transaction, tender: Tender, answered: Question) -> Question:
    questions.save(tx, answered)
    if answered.published_at:
        tx.emit(events.question_answered(tender, answered))
        out = questions.questions_of(tx, tender.id, published=True)
        publish_release(tx, tender, ["tenderUpdate"], {"tender": enquiries(tender, out)})
    return answered


def _asker_tag(key: bytes, tender_id: str, organisation: str) -> str:
    return hmac.digest(key, f"{tender_id}\n{organisation}".encode(), hashlib.sha256).hex()
