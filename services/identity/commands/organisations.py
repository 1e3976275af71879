"""Organisations: registering them, and their members' coming, moving and leaving."""

from dataclasses import dataclass, replace

from backbone.database import Transaction
from backbone.errors import Forbidden, Invalid
from backbone.ids import new_id, new_secret
from backbone.policy import FRESH_SECONDS
from backbone.principal import Principal
from services.identity import events
from services.identity.commands.authority import must_administer, must_be_member, must_find
from services.identity.commands.leaving import take_what_is_lost
from services.identity.commands.people import must_find as must_find_person
from services.identity.credentials.tokens import digest
from services.identity.domain.membership import INVITATION_LASTS, Membership, Organisation
from services.identity.domain.person import Person
from services.identity.domain.roles import KEEPERS, Kind, Role, Roles, check_compatible, check_kept, check_offered
from services.identity.domain.session import Reason
from services.identity.store import members, people, sessions


@dataclass(frozen=True)
class Invited:
    """A person with roles granted. `code` gives them effect; None where they have it already."""

    person: str
    code: str | None


@dataclass(frozen=True)
class Guest:
    """Whom an administrator invites."""

    email: str
    name: str
    language: str = "es"


def register_supplier(tx: Transaction, principal: Principal, name: str) -> Organisation:
    """Opens a supplier; the caller administers it, from the next token on with a session that had no organisation.

    Raises:
        Conflict: the caller's other roles are incompatible with being a supplier.
    """
    person = must_find_person(tx, principal)
    held = members.of_person(tx, person.id)
    roles = frozenset({Role.SUPPLIER_ADMIN})
    check_compatible(roles.union(*(each.roles for each in held)))
    organisation = _register(tx, principal, name, Kind.SUPPLIER)
    membership = Membership(organisation, person.id, roles, tx.now())
    members.put(tx, membership, person.id, tx.now())
    tx.emit(events.membership_granted(membership, person.id))
    if not principal.organisation:
        sessions.change(tx, principal.session, organisation=organisation.id)
    return organisation


def register_public_body(
    tx: Transaction, principal: Principal, name: str, kind: Kind, admin: Guest | None
) -> tuple[Organisation, Invited | None]:
    """Opens a buyer with its first administrator, or an oversight body, to whose members only roles are given.

    Raises:
        Forbidden: the caller does not administer the platform, or gave no second factor within 15 minutes.
        Invalid: a buyer without administrator, or an oversight body with one.
    """
    _must_run_platform(tx, principal)
    if (kind == Kind.BUYER) != (admin is not None):
        raise Invalid("admin_needed" if kind == Kind.BUYER else "admin_not_applicable")
    organisation = _register(tx, principal, name, kind)
    if admin is None:
        return organisation, None
    return organisation, invite_member(tx, principal, organisation.id, admin, [Role.ORG_ADMIN])


def _must_run_platform(tx: Transaction, principal: Principal) -> None:
    if Role.PLATFORM_ADMIN not in principal.roles:
        raise Forbidden("role_missing", roles=Role.PLATFORM_ADMIN)
    if not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    if tx.now().timestamp() - principal.second_factor_at > FRESH_SECONDS:
        raise Forbidden("second_factor_stale")


def _register(tx: Transaction, principal: Principal, name: str, kind: Kind) -> Organisation:
    organisation = Organisation(new_id(), name, kind)
    members.add_organisation(tx, organisation, principal.person, tx.now())
    tx.emit(events.organisation_registered(organisation, principal.person))
    return organisation


def invite_member(
    tx: Transaction, principal: Principal, organisation_id: str, guest: Guest, wanted: list[str] | list[Role]
) -> Invited:
    """Gives a person exactly these roles. One who is no member yet gets them by giving the code that is returned.

    Raises:
        Conflict: incompatible with the person's other roles, or the last administrator would be gone.
        Forbidden: the caller does not administer the organisation or may not give or take the roles.
        Invalid: such an organisation has no such role.
        NotFound: no such organisation.
    """
    organisation = must_find(tx, organisation_id, lock=True)
    roles = check_offered(organisation.kind, wanted)
    must_administer(principal, organisation, roles)
    person = _guest(tx, principal, guest)
    present = members.one(tx, organisation.id, person.id)
    elsewhere = [each.roles for each in members.of_person(tx, person.id) if each.organisation != organisation]
    check_compatible(roles.union(*elsewhere))
    if present is not None and present.effective:
        return _move(tx, principal, present, roles)
    membership = Membership(organisation, person.id, roles, None)
    members.put(tx, membership, principal.person, tx.now())
    tx.emit(events.membership_granted(membership, principal.person))
    return Invited(person.id, _code(tx, membership))


def _guest(tx: Transaction, principal: Principal, guest: Guest) -> Person:
    sessions.hold(tx, f"email {guest.email}")
    person = people.by_email(tx, guest.email, lock=True)
    if person is None:
        person = Person(new_id(), guest.email, guest.name, guest.language, None, tx.now())
        people.add(tx, person)
        tx.emit(events.person_registered(person.id, principal.person))
    return person


def _code(tx: Transaction, membership: Membership) -> str:
    code = new_secret()
    members.invite(tx, membership, digest(code), tx.now() + INVITATION_LASTS)
    return code


def _move(tx: Transaction, principal: Principal, present: Membership, roles: Roles) -> Invited:
    must_administer(principal, present.organisation, present.roles, of=present.person)
    _check_kept(tx, present, roles)
    membership = replace(present, roles=roles)
    members.put(tx, membership, principal.person, tx.now())
    tx.emit(events.membership_granted(membership, principal.person))
    if present.roles - roles:
        take_what_is_lost(tx, principal, membership, Reason.ROLES_CHANGED)
    return Invited(present.person, None)


def remove_member(tx: Transaction, principal: Principal, organisation_id: str, person: str) -> Membership:
    """Ends a membership, its sessions, and the duties that it carried in the organisation's tenders (control 10.3).

    Raises:
        Conflict: the last administrator.
        Forbidden: the caller does not administer the organisation or may not take the roles.
        NotFound: no such organisation or member.
    """
    organisation = must_find(tx, organisation_id, lock=True)
    membership = must_be_member(tx, organisation, person)
    must_administer(principal, organisation, membership.roles, of=person)
    _check_kept(tx, membership, frozenset())
    members.remove(tx, membership)
    tx.emit(events.membership_revoked(membership, principal.person))
    take_what_is_lost(tx, principal, replace(membership, roles=frozenset()), Reason.MEMBERSHIP_REVOKED)
    return membership


def _check_kept(tx: Transaction, present: Membership, roles: Roles) -> None:
    keeper = KEEPERS.get(present.organisation.kind)
    keepers = members.keepers(tx, present.organisation.id, keeper) if keeper else set()
    check_kept(present.organisation.kind, keepers, present.person, roles)


def reactivate_member(tx: Transaction, principal: Principal, organisation_id: str, person: str) -> Membership:
    """Lets somebody in again who was away for too long. Password and second factor stay what they were.

    Raises:
        Forbidden: the caller does not administer the organisation or may not give the person's roles.
        NotFound: no such organisation or member.
    """
    organisation = must_find(tx, organisation_id)
    membership = must_be_member(tx, organisation, person)
    must_administer(principal, organisation, membership.roles, of=person)
    people.saw(tx, person, tx.now())
    tx.emit(events.person_reactivated(person, principal.person))
    return membership
