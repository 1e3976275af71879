"""Drafting: a draft is made, edited and handed to an approver."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, PreconditionFailed
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.calendars import public_holidays
from services.tenders.domain.content import Content, check_complete, check_content
from services.tenders.domain.document import newest
from services.tenders.domain.notice import draft_sha256
from services.tenders.domain.periods import check_periods, latest_question, with_fields
from services.tenders.domain.policy_book import PolicyBook
from services.tenders.domain.procedure import Policy
from services.tenders.domain.tender import Act, Stage, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.queries.access import must_be_buyer
from services.tenders.store import committees, documents
from services.tenders.store.tenders import add, load_tender, save, save_state


def draft_tender(
    tx: Transaction,
    principal: Principal,
    fields: Mapping[str, Any],
    *,
    buyer_name: str,
    policies: PolicyBook,
    ocid_prefix: str,
) -> Tender:
    """A new draft; its maker is the drafter. Without an opening date, bids are opened at the deadline.

    Raises:
        Invalid: something in it breaks a rule, or no policy is in force for its procedure.
    """
    now = tx.now()
    policy = _policy(tx, policies, fields["procedure"], fields["time_zone"])
    deadline = fields["tender_period_end"]
    periods = {"opening_at": deadline, "enquiry_period_end": latest_question(deadline, policy)}
    content = Content(**{**periods, **fields})
    check_content(content, policy)
    tender_id = new_id()
    tender = Tender(
        id=tender_id,
        ocid=f"{ocid_prefix}-{tender_id}",
        buyer=principal.organisation,
        buyer_name=buyer_name,
        state=Stage.DRAFT,
        drafter=principal.person,
        content=content,
        policy=policy,
        created_at=now,
        editors=(principal.person,),
    )
    add(tx, tender)
    tx.emit(events.tender_drafted(tender))
    return tender


def edit_tender(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    version: int,
    fields: Mapping[str, Any],
    policies: PolicyBook,
) -> Tender:
    """The draft with these fields changed, if `version` is still its version.

    Raises:
        PreconditionFailed: somebody else changed it first.
        Conflict: it is no draft any more.
        Invalid: the result breaks a rule.
    """
    tender = lock_own(tx, principal, tender_id)
    if tender.version != version:
        raise PreconditionFailed("version_changed", current=tender.version)
    transition(tender, Act.EDIT)
    policy = _policy(
        tx,
        policies,
        fields.get("procedure", tender.content.procedure),
        fields.get("time_zone", tender.content.time_zone),
    )
    content = with_fields(tender.content, fields, policy)
    check_content(content, policy)
    return save(tx, replace(edited(tender, principal), content=content, policy=policy))


def submit_tender(tx: Transaction, principal: Principal, tender_id: str, policies: PolicyBook) -> tuple[Tender, str]:
    """Hands the draft to an approver, under the policy in force today; also returns the digest to be approved.

    Raises:
        Forbidden: the caller did not draft it.
        Conflict: something is missing, or it is no draft.
        Invalid: its periods break the policy.
    """
    tender = lock_own(tx, principal, tender_id)
    stage = transition(tender, Act.SUBMIT)
    if principal.person not in tender.editors:
        raise Forbidden("drafter_needed")
    policy = _policy(tx, policies, tender.content.procedure, tender.content.time_zone)
    tender = replace(tender, state=stage, policy=policy)
    check_content(tender.content, policy)
    check_complete(tender.content, policy)
    check_periods(tender.content, policy, tx.now())
    sha256 = current_sha256(tx, tender)
    saved = save_state(tx, tender)
    tx.emit(events.tender_submitted(saved, sha256, principal.person))
    return saved, sha256


def current_sha256(tx: Transaction, tender: Tender) -> str:
    """The digest of the draft as it is now, documents and committee included.

    Raises:
        Conflict: it has no document or no committee.
    """
    files, committee = newest(documents.versions_of(tx, tender.id)), committees.load(tx, tender.id)
    if not files:
        raise Conflict("documents_missing")
    if committee is None:
        raise Conflict("committee_missing")
    return draft_sha256(tender, files, committee)


def lock_own(tx: Transaction, principal: Principal, tender_id: str) -> Tender:
    """The tender, locked, if the caller is of its buyer.

    Raises:
        NotFound: there is none, or it is a draft of another buyer.
        Forbidden: it is of another buyer.
    """
    tender = load_tender(tx, tender_id, lock=True)
    must_be_buyer(principal, tender)
    return tender


def edited(tender: Tender, principal: Principal) -> Tender:
    """The tender with the caller among those who had a hand in its draft."""
    return replace(tender, editors=tuple(dict.fromkeys((*tender.editors, principal.person))))


def _policy(tx: Transaction, policies: PolicyBook, procedure: str, time_zone: str) -> Policy:
    """The policy in force today where the buyer is, with the public holidays of the next years copied into it."""
    today = tx.now().astimezone(ZoneInfo(time_zone)).date()
    policy = policies.in_force(procedure, today)
    if policy.closing is None or not policy.closing.calendar:
        return policy
    return policy.with_holidays(public_holidays(policy.closing.calendar, today.year))
