"""Who may administer an organisation's members."""

from backbone.database import Transaction
from backbone.errors import Forbidden, NotFound
from backbone.principal import Principal
from services.identity.domain.membership import Membership, Organisation
from services.identity.domain.roles import STAFF, Role, Roles, check_may_administer
from services.identity.store import members


def must_find(tx: Transaction, organisation_id: str, *, lock: bool = False) -> Organisation:
    """The organisation.

    Raises:
        NotFound: there is none with this id.
    """
    organisation = members.organisation(tx, organisation_id, lock=lock)
    if organisation is None:
        raise NotFound("organisation_unknown", organisation=organisation_id)
    return organisation


def must_be_member(tx: Transaction, organisation: Organisation, person: str) -> Membership:
    """The person's membership, in effect or not.

    Raises:
        NotFound: there is none.
    """
    membership = members.one(tx, organisation.id, person)
    if membership is None:
        raise NotFound("member_unknown", person=person)
    return membership


def roles_over(principal: Principal, organisation: Organisation) -> frozenset[str]:
    """The roles that the caller has over an organisation: their own in it, and the platform's administrator's."""
    if principal.organisation == organisation.id:
        return principal.roles
    return principal.roles & {Role.PLATFORM_ADMIN}


def must_administer(principal: Principal, organisation: Organisation, affected: Roles, *, of: str = "") -> None:
    """Lets pass who may give and take the `affected` roles. Nobody changes their own membership (`of`).

    Raises:
        Forbidden: another organisation's member, without the second factor, oneself, or roles that are not theirs to
            give.
    """
    own = roles_over(principal, organisation)
    if not own:
        raise Forbidden("organisation_of_others")
    if own & STAFF and not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    if of == principal.person:
        raise Forbidden("own_membership")
    check_may_administer(organisation.kind, own, affected)
