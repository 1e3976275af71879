"""Corrigenda: proposed by an officer, approved by somebody else, published as a structured difference (control 2.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from backbone.database import Transaction
from backbone.errors import Invalid
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.approve import put_in_force
from services.tenders.commands.committee import find_committee
from services.tenders.commands.draft import lock_own
from services.tenders.commands.releases import publish_release
from services.tenders.domain import corrigendum as rules
from services.tenders.domain.corrigendum import Corrigendum, Proposal
from services.tenders.domain.document import in_force
from services.tenders.domain.notice import Change, differences, notice_json
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.ocds.release import amendment
from services.tenders.ocds.tender import tender_block
from services.tenders.store import corrigenda, documents, notices, releases
from services.tenders.store.tenders import save


def propose_corrigendum(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    *,
    reason_code: str,
    rationale: str,
    fields: Mapping[str, Any],
    chosen: Sequence[str],
) -> Corrigendum:
    """Proposes a change of the published notice; nothing changes before a second person approves.

    Raises:
        Invalid: it changes nothing, breaks a rule, or moves the deadline to earlier (control 2.5).
        Conflict: the deadline has passed, or it comes too late without an extension.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    transition(tender, Act.AMEND, now)
    proposal = rules.propose(tender, fields, chosen)
    rules.check_proposal(tender, proposal, now)
    proposed = Corrigendum(
        id=new_id(),
        number=corrigenda.next_number(tx, tender.id),
        base_version=tender.notice_version,
        reason_code=reason_code,
        rationale=rationale,
        proposal=proposal,
        changes=_changes(tx, tender, proposal, now),
        proposer=principal.person,
        proposed_at=now,
    )
    corrigenda.add(tx, tender.id, proposed)
    return proposed


def approve_corrigendum(tx: Transaction, principal: Principal, tender_id: str, number: int, base: str) -> Corrigendum:
    """Publishes the corrigendum as the next version of the notice: one transaction, one instant (control 1.4).

    Raises:
        NotFound: no such corrigendum.
        Forbidden: its proposer cannot approve it.
        Conflict: it is approved, outdated, or too late by now.
        Invalid: it breaks a rule by now.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    transition(tender, Act.AMEND, now)
    found = corrigenda.load(tx, tender.id, number)
    approved = rules.approve(found, tender.notice_version, principal.person, now)
    rules.check_proposal(tender, approved.proposal, now)
    approved = replace(approved, changes=_changes(tx, tender, approved.proposal, now))
    versions = documents.versions_of(tx, tender.id)
    renewed = rules.with_documents(versions, approved.proposal.documents, now)
    documents.publish(tx, [new for new, old in zip(renewed, versions, strict=True) if new != old], now)
    corrigenda.approve(tx, approved)
    saved = save(tx, replace(tender, content=approved.proposal.content))
    _tell(tx, put_in_force(tx, saved, find_committee(tx, tender.id)), approved, base, now)
    return approved


def _changes(tx: Transaction, tender: Tender, proposal: Proposal, now: datetime) -> tuple[Change, ...]:
    """What the proposal changes in the notice.

    Raises:
        Invalid: nothing, or a document has no new version.
    """
    standing = notices.latest(tx, tender.id)
    assert standing is not None, "what is published has a notice"
    versions = rules.with_documents(documents.versions_of(tx, tender.id), proposal.documents, now)
    after = replace(tender, content=proposal.content)
    changed = differences(standing.notice, notice_json(after, in_force(versions), find_committee(tx, tender.id)))
    if not changed:
        raise Invalid("corrigendum_changes_nothing")
    return changed


def _tell(tx: Transaction, tender: Tender, corrigendum: Corrigendum, base: str, now: datetime) -> None:
    versions = [each for each in documents.versions_of(tx, tender.id) if each.published_at]
    message = events.notice_message(tender, versions, find_committee(tx, tender.id), base)
    tx.emit(events.notice_amended(message, corrigendum))
    amends, release_id = releases.latest_of_notice(tx, tender.id), new_id()
    rationale = f"{corrigendum.reason_code}: {corrigendum.rationale}"
    entry = amendment(corrigendum.id, now, rationale, corrigendum.changes, amends, release_id)
    block = tender_block(tender, versions, base) | {"amendments": [entry]}
    publish_release(tx, tender, ["tenderAmendment"], {"tender": block}, release_id=release_id, states_notice=True)
