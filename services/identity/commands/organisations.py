"""Organisations: making them, and their members' coming, moving and leaving."""

from dataclasses import dataclass

from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden, Invalid, NotFound
from backbone.ids import new_id, new_secret
from backbone.principal import Principal
from services.identity import events
from services.identity.commands.sessions import revoke
from services.identity.credentials.tokens import digest
from services.identity.domain.account import Person
from services.identity.domain.organisation import INVITATION_LASTS, Membership, Organisation
from services.identity.domain.roles import (
    BUYER,
    ORG_ADMIN,
    PLATFORM_ADMIN,
    STAFF_ROLES,
    SUPPLIER,
    SUPPLIER_ADMIN,
    clash,
    may_grant,
    strange_roles,
)
from services.identity.domain.session import MEMBERSHIP_REVOKED
from services.identity.store import duties, organisations, people, sessions

Admin = tuple[str, str] | None


@dataclass(frozen=True)
class Grant:
    """Roles given to a person; `activation_code` where they count only once it is used."""

    person: Person
    membership: Membership
    activation_code: str | None


def create_organisation(
    tx: Transaction, principal: Principal, *, name: str, kind: str, admin: Admin
) -> tuple[Organisation, Grant | None]:
    """A supplier of one's own, or, by the platform's administrator, a public body with its first administrator.

    Raises:
        Forbidden: not for this caller.
        Conflict: a public body of that name exists, or the caller's roles do not allow a supplier.
        Invalid: an administrator where none is taken.
    """
    made = Organisation(new_id(), kind, name)
    if kind == SUPPLIER:
        return _supplier(tx, principal, made, admin), None
    if PLATFORM_ADMIN not in principal.roles:
        raise Forbidden("role_missing", roles=PLATFORM_ADMIN)
    _need_second_factor(principal)
    if admin and kind != BUYER:
        raise Invalid("administrator_not_needed", kind=kind)
    _add(tx, principal, made)
    if admin is None:
        return made, None
    email, name_of_admin = admin
    return made, _grant(tx, principal, made, email=email, name=name_of_admin, roles=frozenset({ORG_ADMIN}))


def grant_roles(
    tx: Transaction, principal: Principal, organisation_id: str, *, email: str, name: str, roles: frozenset[str]
) -> Grant:
    """Invites somebody with these roles, or gives a member these in the place of those before.

    Raises:
        NotFound: no such organisation.
        Forbidden: not the caller's to give.
        Conflict: the person may not hold these roles together.
        Invalid: roles that such an organisation does not have, or one's own membership.
    """
    organisation = _administered(tx, principal, organisation_id, roles)
    return _grant(tx, principal, organisation, email=email, name=name, roles=roles)


def revoke_membership(tx: Transaction, principal: Principal, organisation_id: str, person_id: str) -> Membership:
    """Ends a membership, and with it the person's sessions and appointments there.

    Raises:
        NotFound: no such organisation or member.
        Forbidden: not the caller's to take.
        Invalid: one's own membership.
    """
    people.load(tx, person_id, lock=True)
    membership = organisations.membership(tx, organisation_id, person_id)
    organisation = _administered(tx, principal, organisation_id, membership.roles if membership else frozenset())
    if membership is None:
        raise NotFound("member_unknown", person=person_id)
    if person_id == principal.person:
        raise Invalid("member_is_oneself")
    organisations.remove(tx, organisation.id, person_id)
    _end_what_rested_on(tx, principal, membership)
    tx.emit(events.membership_revoked(membership, principal.person))
    return membership


def _supplier(tx: Transaction, principal: Principal, made: Organisation, admin: Admin) -> Organisation:
    if admin:
        raise Invalid("administrator_not_needed", kind=SUPPLIER)
    people.load(tx, principal.person, lock=True)
    before = organisations.made_by(tx, principal.person, made.name)
    if before:
        return before
    _check_together(tx, principal.person, made.id, frozenset({SUPPLIER_ADMIN}))
    _add(tx, principal, made)
    now = tx.now()
    membership = Membership(made.id, principal.person, frozenset({SUPPLIER_ADMIN}), now, principal.person, now)
    organisations.keep_membership(tx, membership)
    tx.emit(events.membership_granted(membership))
    return made


def _add(tx: Transaction, principal: Principal, made: Organisation) -> None:
    if not organisations.add(tx, made, principal.person, tx.now()):
        raise Conflict("organisation_exists", name=made.name)
    tx.emit(events.organisation_registered(made, principal.person))


def _administered(tx: Transaction, principal: Principal, organisation_id: str, roles: frozenset[str]) -> Organisation:
    """The organisation, if the caller may give and take these roles in it."""
    organisation = organisations.load(tx, organisation_id)
    if organisation is None:
        raise NotFound("organisation_unknown", organisation=organisation_id)
    strange = strange_roles(organisation.kind, roles)
    if strange:
        raise Invalid("role_strange", roles=", ".join(strange), kind=organisation.kind)
    own = principal.organisation == organisation_id
    if not may_grant(principal.roles, own=own, kind=organisation.kind, roles=roles):
        raise Forbidden("members_of_others")
    if principal.roles & STAFF_ROLES:
        _need_second_factor(principal)
    return organisation


def _grant(
    tx: Transaction, principal: Principal, organisation: Organisation, *, email: str, name: str, roles: frozenset[str]
) -> Grant:
    person = _person(tx, principal, email, name)
    if person.id == principal.person:
        raise Invalid("member_is_oneself")
    _check_together(tx, person.id, organisation.id, roles)
    before = organisations.membership(tx, organisation.id, person.id)
    accepted_at = before.accepted_at if before else None
    membership = Membership(organisation.id, person.id, roles, tx.now(), principal.person, accepted_at)
    organisations.keep_membership(tx, membership)
    if before and before.effective:
        _end_what_rested_on(tx, principal, before, left=roles)
        tx.emit(events.membership_granted(membership))
        return Grant(person, membership, None)
    code = new_secret()
    organisations.invite(tx, organisation.id, person.id, digest(code), tx.now() + INVITATION_LASTS)
    return Grant(person, membership, code)


def _person(tx: Transaction, principal: Principal, email: str, name: str) -> Person:
    """The account of this address, made without a password where there is none."""
    known = people.by_email(tx, email, lock=True)
    if known:
        return known
    person = Person(new_id(), email, name, "es", tx.now())
    if people.add(tx, person):
        tx.emit(events.person_registered(person.id, principal.person))
        return person
    raise Conflict("email_taken")


def _check_together(tx: Transaction, person_id: str, organisation_id: str, roles: frozenset[str]) -> None:
    """Nobody holds incompatible roles, in whichever organisations (control 10.1)."""
    others = [each for each in organisations.memberships_of(tx, person_id) if each.organisation != organisation_id]
    found = clash(roles.union(*(each.roles for each in others)))
    if found:
        raise Conflict("roles_incompatible", first=found[0], second=found[1])


def _end_what_rested_on(
    tx: Transaction, principal: Principal, membership: Membership, left: frozenset[str] = frozenset()
) -> None:
    """Sessions end at once; appointments whose role is gone end with it. What was exercised stays on record."""
    for session in sessions.open_of(tx, membership.person, tx.now(), membership.organisation):
        revoke(tx, session, MEMBERSHIP_REVOKED, principal.person)
    for duty in duties.assigned_in(tx, membership.organisation, membership.person):
        if duty.duty not in left:
            duties.remove(tx, duty)
            tx.emit(events.duty_revoked(duty, principal.person))


def _need_second_factor(principal: Principal) -> None:
    if not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
