"""Committee, questions, corrigenda, documents and policies as they are shown."""

from datetime import datetime
from typing import Any

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.principal import Principal
from services.tenders.domain.committee import Committee
from services.tenders.domain.corrigendum import Corrigendum
from services.tenders.domain.document import DocumentVersion
from services.tenders.domain.policy_book import PolicyBook
from services.tenders.domain.procedure import Policy
from services.tenders.domain.question import Question
from services.tenders.domain.tender import Tender
from services.tenders.queries.access import is_staff, must_see
from services.tenders.store import committees, corrigenda, documents, questions
from services.tenders.store.tenders import load_tender


def find_document(
    tx: Transaction, principal: Principal, tender_id: str, document: str, version: int
) -> DocumentVersion:
    """One version of a document: for everybody once it is published, for the buyer's staff before.

    Raises:
        NotFound: none that the caller may know of.
    """
    tender = _visible(tx, principal, tender_id)
    for each in documents.versions_of(tx, tender.id):
        wanted = each.document == document and each.version == version
        if wanted and (each.published_at or is_staff(principal, tender)):
            return each
    raise NotFound("document_unknown", document=document)


def show_committee(tx: Transaction, principal: Principal, tender_id: str) -> dict[str, Any]:
    """The committee: persons, keys, which of them are proven, and the fingerprint once all are.

    Raises:
        NotFound: no such tender, or no committee yet.
    """
    tender = _visible(tx, principal, tender_id)
    committee = committees.load(tx, tender.id)
    if committee is None:
        raise NotFound("committee_unknown")
    return committee_json(committee)


def committee_json(committee: Committee) -> dict[str, Any]:
    """A committee as JSON."""
    proven = all(each.canary_opened_at for each in committee.members)
    return {
        "threshold": committee.threshold,
        "members": [
            {"member": each.member, "recipient": each.recipient, "proven": each.canary_opened_at is not None}
            for each in committee.members
        ],
        "sha256": committee.sealed_bid().sha256() if proven else "",
    }


def list_questions(tx: Transaction, principal: Principal, tender_id: str) -> list[dict[str, Any]]:
    """Answered questions for everybody; all of them for the buyer's staff, who do not see either who asked.

    Raises:
        NotFound: no such tender.
    """
    tender = _visible(tx, principal, tender_id)
    staff = is_staff(principal, tender)
    found = questions.questions_of(tx, tender.id, published=not staff)
    return [question_json(each, staff=staff) for each in found]


def question_json(question: Question, *, staff: bool) -> dict[str, Any]:
    """A question as JSON. When it was asked is for staff alone: the instant could tell who asked."""
    out = question.published_at is not None
    state = "answered" if out else "waiting" if question.answered_at else "open"
    told = {
        "id": question.id,
        "text": question.text,
        "state": state,
        "answer": question.answer if out or staff else None,
        "notSignificant": question.not_significant,
        "answeredAt": rfc3339(question.published_at) if question.published_at else None,
    }
    return told | ({"askedAt": rfc3339(question.asked_at)} if staff else {})


def list_corrigenda(tx: Transaction, principal: Principal, tender_id: str) -> list[dict[str, Any]]:
    """Approved corrigenda for everybody; proposed ones too for the buyer's staff.

    Raises:
        NotFound: no such tender.
    """
    tender = _visible(tx, principal, tender_id)
    staff = is_staff(principal, tender)
    found = corrigenda.corrigenda_of(tx, tender.id)
    return [corrigendum_json(each, tender.notice_version) for each in found if staff or each.approved_at]


def corrigendum_json(each: Corrigendum, notice_version: int) -> dict[str, Any]:
    """A corrigendum as JSON; a proposal is outdated once another one changed the notice."""
    outdated = "outdated" if each.base_version != notice_version else "proposed"
    return {
        "id": each.id,
        "number": each.number,
        "state": "approved" if each.approved_at else outdated,
        "baseVersion": each.base_version,
        "reasonCode": each.reason_code,
        "rationale": each.rationale,
        "changes": [vars(change) for change in each.changes],
        "proposer": each.proposer,
        "proposedAt": rfc3339(each.proposed_at),
        "approver": each.approver,
        "approvedAt": rfc3339(each.approved_at) if each.approved_at else None,
    }


def list_policies(book: PolicyBook, now: datetime) -> list[dict[str, Any]]:
    """Every policy and whether drafts of today fall under it."""
    return [policy_json(each, book, now) for each in book.all()]


def policy_json(policy: Policy, book: PolicyBook, now: datetime) -> dict[str, Any]:
    """A policy as JSON, in the form of its file."""
    today = now.date()
    in_force = policy.dated <= today and book.in_force(policy.procedure, today) == policy
    return policy.as_json() | {"reference": policy.reference, "inForce": in_force}


def _visible(tx: Transaction, principal: Principal, tender_id: str) -> Tender:
    tender = load_tender(tx, tender_id)
    must_see(principal, tender)
    return tender
