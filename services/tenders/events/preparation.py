"""Events from the draft to the deadline."""

from collections.abc import Iterable
from urllib.parse import urljoin

from licita.tenders.v1 import events_pb2 as pb
from licita.tenders.v1 import notice_pb2

from backbone.events import Event
from services.tenders.domain.committee import Committee
from services.tenders.domain.content import Criterion, Item, Lot
from services.tenders.domain.corrigendum import Corrigendum
from services.tenders.domain.document import DocumentVersion, superseded_by
from services.tenders.domain.question import Question
from services.tenders.domain.tender import Tender
from services.tenders.events.shapes import instant, money

SECONDS_OF_DAY = 86_400


def tender_drafted(tender: Tender) -> Event:
    """Somebody began a draft."""
    data = pb.TenderDrafted(tender=tender.id, ocid=tender.ocid, buyer=tender.buyer, drafter=tender.drafter)
    return Event(subject=tender.id, data=data, actor=tender.drafter)


def tender_submitted(tender: Tender, draft_sha256: str, actor: str) -> Event:
    """The draft waits for an approver."""
    data = pb.TenderSubmittedForApproval(tender=tender.id, draft_sha256=draft_sha256)
    return Event(subject=tender.id, data=data, actor=actor)


def tender_approved(tender: Tender) -> Event:
    """A second person approved this very version."""
    data = pb.TenderApproved(
        tender=tender.id, approver=tender.approver, drafter=tender.drafter, draft_sha256=tender.approved_sha256
    )
    return Event(subject=tender.id, data=data, actor=tender.approver)


def tender_returned(tender: Tender, grounds: str, actor: str) -> Event:
    """Back to the drafter."""
    return Event(subject=tender.id, data=pb.TenderReturnedToDraft(tender=tender.id, grounds=grounds), actor=actor)


def committee_appointed(tender: Tender, committee: Committee, actor: str) -> Event:
    """Who may open, and how many it takes."""
    people = [each.member for each in committee.members]
    data = pb.CommitteeAppointed(tender=tender.id, threshold=committee.threshold, members=people)
    return Event(subject=tender.id, data=data, actor=actor)


def committee_key_registered(tender: Tender, member: str, recipient: str) -> Event:
    """A member's public key; its private half stays with the member."""
    data = pb.CommitteeKeyRegistered(tender=tender.id, member=member, recipient=recipient)
    return Event(subject=tender.id, data=data, actor=member)


def canary_opened(tender: Tender, member: str) -> Event:
    """The member's key works."""
    return Event(subject=tender.id, data=pb.CanaryOpened(tender=tender.id, member=member), actor=member)


def tender_published(notice: notice_pb2.Notice, draft_sha256: str, publisher: str) -> Event:
    """The notice is out."""
    data = pb.TenderPublished(notice=notice, publisher=publisher, draft_sha256=draft_sha256)
    return Event(subject=notice.tender, data=data, actor=publisher)


def question_asked(tender: Tender, question: Question) -> Event:
    """A question came in; the event has no actor, because nobody may learn who asked."""
    return Event(subject=tender.id, data=pb.QuestionAsked(tender=tender.id, question=question.id))


def question_answered(tender: Tender, question: Question) -> Event:
    """An answer is out, to all at once."""
    assert question.published_at is not None, "only answers that are out are told"
    data = pb.QuestionAnswered(
        tender=tender.id,
        question=question.id,
        question_text=question.text,
        answer_text=question.answer,
        answered_at=instant(question.published_at),
    )
    return Event(subject=tender.id, data=data, actor=question.confirmed_by or question.answered_by)


def notice_amended(notice: notice_pb2.Notice, corrigendum: Corrigendum) -> Event:
    """The notice as it now stands, and what changed."""
    data = pb.NoticeAmended(
        notice=notice,
        corrigendum=corrigendum.id,
        number=corrigendum.number,
        reason_code=corrigendum.reason_code,
        rationale=corrigendum.rationale,
        changes=[pb.Change(pointer=each.pointer, before=each.before, after=each.after) for each in corrigendum.changes],
        proposer=corrigendum.proposer,
        approver=corrigendum.approver,
    )
    return Event(subject=notice.tender, data=data, actor=corrigendum.approver)


def tender_cancelled(tender: Tender, grounds: str, actor: str) -> Event:
    """The procedure ends without an award."""
    return Event(subject=tender.id, data=pb.TenderCancelled(tender=tender.id, grounds=grounds), actor=actor)


def release_published(tender: Tender, release_id: str, tags: Iterable[str], sha256: str) -> Event:
    """An OCDS release is out; its digest is in the log, so that it cannot be changed unseen."""
    data = pb.ReleasePublished(ocid=tender.ocid, release=release_id, tags=list(tags), sha256=sha256)
    return Event(subject=tender.id, data=data)


def notice_message(
    tender: Tender, versions: Iterable[DocumentVersion], committee: Committee, base: str
) -> notice_pb2.Notice:
    """The notice as other services know it. `versions` are all published ones, `base` our public address."""
    content, policy, sealed = tender.content, tender.policy, committee.sealed_bid()
    published = list(versions)
    message = notice_pb2.Notice(
        tender=tender.id,
        ocid=tender.ocid,
        buyer=tender.buyer,
        buyer_name=tender.buyer_name,
        title=content.title,
        description=content.description,
        language=content.language,
        main_procurement_category=content.main_procurement_category,
        value=money(content.value),
        version=tender.notice_version,
        notice_sha256=tender.notice_sha256,
        tender_period_end=instant(content.tender_period_end),
        opening_at=instant(content.opening_at),
        enquiry_period_end=instant(content.enquiry_period_end),
        time_zone=content.time_zone,
        lots=[_lot(lot) for lot in content.lots],
        envelopes=policy.envelopes,
        documents=[_document(tender.id, each, published, base) for each in published],
        criteria=[_criterion(each) for each in content.criteria],
        policy=policy.reference,
        retention_days=-(-int(policy.retention.total_seconds()) // SECONDS_OF_DAY),
        opening_window_seconds=int(policy.opening_window.total_seconds()),
        minimum_bids=policy.minimum_bids,
        max_envelope_bytes=policy.max_envelope_bytes,
        procurement_method=content.procedure,
        published_at=instant(tender.published_at) if tender.published_at else None,
    )
    message.committee.threshold = sealed.k
    message.committee.sha256 = sealed.sha256()
    for each in sealed.members:
        message.committee.members.add(member=each.member, recipient=str(each.recipient))
    return message


def _lot(lot: Lot) -> notice_pb2.Lot:
    return notice_pb2.Lot(id=lot.id, title=lot.title, value=money(lot.value), items=[_item(item) for item in lot.items])


def _item(item: Item) -> notice_pb2.Item:
    return notice_pb2.Item(
        id=item.id,
        description=item.description,
        classification_scheme=item.classification_scheme,
        classification_id=item.classification_id,
        quantity=format(item.quantity, "f"),
        unit=item.unit,
    )


def _criterion(each: Criterion) -> notice_pb2.Criterion:
    return notice_pb2.Criterion(
        id=each.id,
        title=each.title,
        envelope=each.envelope,
        weight=format(each.weight, "f"),
        max_score=format(each.max_score, "f"),
    )


def _document(
    tender_id: str, each: DocumentVersion, published: list[DocumentVersion], base: str
) -> notice_pb2.Document:
    return notice_pb2.Document(
        id=each.document,
        version=each.version,
        title=each.title,
        document_type=each.document_type,
        language=each.language,
        format=each.format,
        sha256=each.sha256,
        size=str(each.size),
        url=urljoin(base, f"/v1/tenders/{tender_id}/documents/{each.document}/versions/{each.version}"),
        superseded_by=superseded_by(each, published),
    )
