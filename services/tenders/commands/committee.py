"""The opening committee: appointed by an officer, keys registered and proven by the members themselves."""

import secrets
from collections.abc import Sequence
from io import BytesIO

from licita_formats import age

from backbone.database import Transaction
from backbone.errors import Conflict
from backbone.principal import Principal
from services.tenders.commands.draft import edited, lock_own
from services.tenders.domain import committee as rules
from services.tenders.domain.committee import Committee
from services.tenders.domain.tender import Act, Tender, transition
from services.tenders.events import preparation as events
from services.tenders.store import committees
from services.tenders.store.tenders import save_state

CANARY_BYTES = 32


def appoint_committee(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    threshold: int,
    people: Sequence[str],
    on_duty: frozenset[str],
) -> Committee:
    """Appoints persons who hold the duty in this tender; whoever stays keeps the key.

    Raises:
        Invalid: threshold and number do not fit, or a person is named twice.
        Conflict: a person does not hold the duty, or the tender is no draft any more.
    """
    tender = lock_own(tx, principal, tender_id)
    transition(tender, Act.EDIT)
    without = [person for person in people if person not in on_duty]
    if without:
        raise Conflict("members_without_duty", extra={"missing": without}, members=", ".join(without))
    committee = rules.appoint(threshold, people, committees.load(tx, tender.id))
    committees.save(tx, tender.id, committee, tx.now())
    save_state(tx, edited(tender, principal))
    tx.emit(events.committee_appointed(tender, committee, principal.person))
    return committee


def register_key(tx: Transaction, principal: Principal, tender_id: str, recipient: str) -> bytes:
    """Keeps the member's public key; returns an age file with 32 random bytes that only its holder can read.

    Raises:
        Forbidden: the caller is no member.
        Invalid: that is no age recipient.
        Conflict: it is another member's, or the tender is published.
    """
    tender, committee = _of_member(tx, principal, tender_id)
    canary = secrets.token_bytes(CANARY_BYTES)
    member = rules.register_key(committee, principal.person, recipient, canary)
    committees.save_member(tx, tender.id, member)
    tx.emit(events.committee_key_registered(tender, member.member, member.recipient))
    sealed = BytesIO()
    age.encrypt(BytesIO(canary), sealed, [age.Recipient.parse(member.recipient)])
    return sealed.getvalue()


def open_canary(tx: Transaction, principal: Principal, tender_id: str, secret: bytes) -> Committee:
    """The member shows what was inside: the key works (control 4.3).

    Raises:
        Forbidden: the caller is no member.
        Invalid: that was not inside.
        Conflict: no key is registered, or the tender is published.
    """
    tender, committee = _of_member(tx, principal, tender_id)
    member = rules.open_canary(committee, principal.person, secret, tx.now())
    committees.save_member(tx, tender.id, member)
    tx.emit(events.canary_opened(tender, member.member))
    return find_committee(tx, tender.id)


def find_committee(tx: Transaction, tender_id: str) -> Committee:
    """The committee as it is.

    Raises:
        Conflict: none is appointed.
    """
    committee = committees.load(tx, tender_id)
    if committee is None:
        raise Conflict("committee_missing")
    return committee


def _of_member(tx: Transaction, principal: Principal, tender_id: str) -> tuple[Tender, Committee]:
    tender = lock_own(tx, principal, tender_id)
    committee = find_committee(tx, tender.id)
    committee.member(principal.person)
    transition(tender, Act.REGISTER_KEY)
    return tender, committee
