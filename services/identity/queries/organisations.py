"""Organisations, and their members for those who administer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backbone.database import Transaction
from backbone.errors import Forbidden, NotFound
from backbone.principal import Principal
from services.identity.domain.account import Person
from services.identity.domain.organisation import Organisation
from services.identity.domain.roles import PLATFORM_ADMIN, SUPPLIER
from services.identity.queries.ids import known_ids
from services.identity.store import organisations, people


@dataclass(frozen=True)
class Member:
    """A person and their roles in one organisation."""

    organisation: str
    person: Person
    roles: frozenset[str]
    accepted_at: datetime | None


def show_organisation(tx: Transaction, organisation_id: str) -> Organisation:
    """One organisation.

    Raises:
        NotFound: no such.
    """
    found = organisations.load(tx, organisation_id)
    if found is None:
        raise NotFound("organisation_unknown", organisation=organisation_id)
    return found


def list_members(tx: Transaction, principal: Principal, organisation_id: str) -> list[Member]:
    """All members, those invited too. The platform's administrator sees those of public bodies.

    Raises:
        NotFound: no such organisation.
        Forbidden: another organisation, or no second factor.
    """
    organisation = show_organisation(tx, organisation_id)
    public_body = PLATFORM_ADMIN in principal.roles and organisation.kind != SUPPLIER
    if principal.organisation != organisation_id and not public_body:
        raise Forbidden("members_of_others")
    if organisation.kind != SUPPLIER and not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    held = organisations.members(tx, organisation_id)
    named = people.load_many(tx, [each.person for each in held])
    return [Member(organisation_id, named[each.person], each.roles, each.accepted_at) for each in held]


def describe_organisations(tx: Transaction, ids: Sequence[str]) -> list[Organisation]:
    """Those that exist, in the order asked.

    Raises:
        Invalid: more than 1,000 at once.
    """
    found = organisations.load_many(tx, known_ids(ids))
    return [found[each] for each in ids if each in found]
