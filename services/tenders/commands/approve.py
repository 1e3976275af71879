"""Approval, return and publication: what is published is what a second person approved."""

from dataclasses import replace

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden
from backbone.principal import Principal
from services.tenders.commands.draft import current_sha256, lock_own
from services.tenders.commands.releases import publish_release
from services.tenders.domain.committee import Committee
from services.tenders.domain.document import newest
from services.tenders.domain.notice import NoticeVersion, notice_json, notice_sha256
from services.tenders.domain.periods import check_periods
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.ocds.tender import tender_block
from services.tenders.store import committees, documents, notices
from services.tenders.store.tenders import save_state


def approve_tender(tx: Transaction, principal: Principal, tender_id: str, sha256: str) -> Tender:
    """Approves the very draft whose digest the approver names (controls 1.2 and 10.4).

    Raises:
        Forbidden: the approver had a hand in the draft (control 10.1), or is none by role.
        Conflict: the draft is another one, or does not wait for approval.
    """
    tender = lock_own(tx, principal, tender_id)
    stage = transition(tender, Act.APPROVE)
    if principal.person in tender.editors:
        raise Forbidden("duty_incompatible", duty="approver", other="drafter")
    if "approver" not in principal.roles:
        raise Forbidden("role_missing", roles="approver")
    _check_same(current_sha256(tx, tender), sha256)
    approved = replace(tender, state=stage, approver=principal.person, approved_sha256=sha256)
    saved = save_state(tx, approved)
    tx.emit(events.tender_approved(saved))
    return saved


def return_tender(tx: Transaction, principal: Principal, tender_id: str, grounds: str) -> Tender:
    """Gives the draft back to its drafter; an approval is void then.

    Raises:
        Conflict: it is neither waiting nor approved.
    """
    tender = lock_own(tx, principal, tender_id)
    returned = replace(tender, state=transition(tender, Act.RETURN), approver="", approved_sha256="")
    saved = save_state(tx, returned)
    tx.emit(events.tender_returned(saved, grounds, principal.person))
    return saved


def publish_tender(tx: Transaction, principal: Principal, tender_id: str, sha256: str, base: str) -> Tender:
    """Publishes the approved draft as version 1 of the notice; from now on it is open for bids.

    Raises:
        Conflict: it is not what was approved; or a member of the committee has not proven the key (control 4.3).
        Invalid: its periods break the policy as of now (control 1.3).
    """
    tender = lock_own(tx, principal, tender_id)
    stage = transition(tender, Act.PUBLISH)
    _check_same(tender.approved_sha256, sha256)
    _check_same(current_sha256(tx, tender), sha256)
    committee = committees.load(tx, tender.id)
    assert committee is not None, "a digest is of a draft with a committee"
    committee.check_proven()
    now = tx.now()
    check_periods(tender.content, tender.policy, now)
    documents.publish(tx, newest(documents.versions_of(tx, tender.id)), now)
    published = put_in_force(tx, replace(tender, state=stage, published_at=now), committee)
    _tell(tx, published, committee, base, principal)
    return published


def put_in_force(tx: Transaction, tender: Tender, committee: Committee) -> Tender:
    """Writes the next version of the notice and the tender with it."""
    versions = [each for each in documents.versions_of(tx, tender.id) if each.published_at]
    notice = notice_json(tender, newest(versions), committee)
    version = NoticeVersion(tender.notice_version + 1, notice_sha256(notice), notice, tx.now())
    notices.add(tx, tender.id, version)
    return save_state(tx, replace(tender, notice_version=version.version, notice_sha256=version.sha256))


def _tell(tx: Transaction, tender: Tender, committee: Committee, base: str, principal: Principal) -> None:
    versions = [each for each in documents.versions_of(tx, tender.id) if each.published_at]
    message = events.notice_message(tender, versions, committee, base)
    tx.emit(events.tender_published(message, tender.approved_sha256, principal.person))
    publish_release(tx, tender, ["tender"], {"tender": tender_block(tender, versions, base)}, states_notice=True)


def _check_same(expected: str, given: str) -> None:
    if expected != given:
        raise Conflict("draft_changed", current=expected)
