"""Corrigenda: a change of a published notice, as a structured difference with a reason code, by two persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backbone.clock import rfc3339
from backbone.errors import Conflict, Forbidden, Invalid
from services.tenders.domain.content import Content, check_complete, check_content
from services.tenders.domain.document import DocumentVersion, newest
from services.tenders.domain.notice import Change
from services.tenders.domain.periods import check_later, check_order, is_late, with_fields
from services.tenders.domain.tender import Tender

# From the EU vocabulary change-corrig-justification, as far as a buyer can have them; cancelling is an act of its own.
REASON_CODES = ("cor-buy", "cor-esen", "cor-pub", "info-release", "update-add")
PERIOD_FIELDS = frozenset({"tender_period_end", "opening_at", "enquiry_period_end"})


@dataclass(frozen=True)
class Proposal:
    """What a corrigendum asks for.

    The whole content as it shall be, which fields were asked to change, and the documents whose newest version it
    publishes.
    """

    content: Content
    fields: frozenset[str]
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrigendum:
    """One proposed or approved change. `base_version` is the notice version that it changes."""

    id: str
    number: int
    base_version: int
    reason_code: str
    rationale: str
    proposal: Proposal
    changes: tuple[Change, ...]
    proposer: str
    proposed_at: datetime
    approver: str = ""
    approved_at: datetime | None = None


def propose(tender: Tender, fields: Mapping[str, Any], documents: Sequence[str]) -> Proposal:
    """What the corrigendum asks for; an extension moves the opening and the enquiry period along."""
    content = with_fields(tender.content, fields, tender.policy)
    return Proposal(content, frozenset(fields), tuple(dict.fromkeys(documents)))


def check_proposal(tender: Tender, proposal: Proposal, now: datetime) -> None:
    """What must hold when it is proposed, and again when it is approved.

    Raises:
        Invalid: the new content breaks a rule, or the deadline or the opening would be earlier.
        Conflict: the deadline has passed; or what bidders must answer anew comes too late for the deadline as it will
            be (control 2.2).
    """
    content = proposal.content
    check_later(tender.content.tender_period_end, content.tender_period_end, now)
    if content.opening_at < tender.content.opening_at:
        raise Invalid("opening_earlier", opening=rfc3339(tender.content.opening_at))
    _check_nothing_vanishes(tender.content, content)
    check_content(content, tender.policy)
    check_complete(content, tender.policy)
    check_order(content, tender.policy)
    significant = bool(proposal.documents) or not proposal.fields <= PERIOD_FIELDS
    if significant and is_late(content.tender_period_end, tender.policy, now):
        raise Conflict("corrigendum_needs_extension", earliest=rfc3339(now + tender.policy.answer_cutoff))


def _check_nothing_vanishes(before: Content, after: Content) -> None:
    """Bidders and open data know lots and items by their ids: what was announced may change, not disappear."""
    for kind, old, new in (
        ("lot", {lot.id for lot in before.lots}, {lot.id for lot in after.lots}),
        ("item", _items(before), _items(after)),
    ):
        if old - new:
            raise Invalid("announced_part_removed", kind=kind, id=min(old - new))


def _items(content: Content) -> set[str]:
    return {item.id for lot in content.lots for item in lot.items}


def with_documents(
    versions: Sequence[DocumentVersion], chosen: Sequence[str], now: datetime
) -> tuple[DocumentVersion, ...]:
    """All versions, the newest of each chosen document published now.

    Raises:
        Invalid: a chosen document has nothing new.
    """
    waiting = {each.document: each for each in newest(versions) if each.published_at is None}
    for document in chosen:
        if document not in waiting:
            raise Invalid("document_not_waiting", document=document)
    published = [waiting[document] for document in chosen]
    return tuple(replace(each, published_at=now) if each in published else each for each in versions)


def approve(corrigendum: Corrigendum, notice_version: int, by: str, now: datetime) -> Corrigendum:
    """The corrigendum, approved by a second person.

    Raises:
        Conflict: it is approved already, or another one changed the notice meanwhile.
        Forbidden: who proposed cannot approve.
    """
    if corrigendum.approved_at is not None:
        raise Conflict("corrigendum_already_approved")
    if by == corrigendum.proposer:
        raise Forbidden("second_person_needed")
    if corrigendum.base_version != notice_version:
        raise Conflict("corrigendum_outdated", base=corrigendum.base_version, current=notice_version)
    return replace(corrigendum, approver=by, approved_at=now)
