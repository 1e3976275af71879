"""Which roles exist, in which kind of organisation, and which of them no person may hold together (control 10.1)."""

from collections.abc import Iterable, Mapping
from itertools import combinations

PLATFORM, OVERSIGHT, BUYER, SUPPLIER = "platform", "oversight", "buyer", "supplier"
PLATFORM_ADMIN, ORG_ADMIN, SUPPLIER_ADMIN = "platform_admin", "org_admin", "supplier_admin"

ROLES: Mapping[str, frozenset[str]] = {
    PLATFORM: frozenset({PLATFORM_ADMIN}),
    OVERSIGHT: frozenset({"registrar", "auditor", "reviewer"}),
    BUYER: frozenset({ORG_ADMIN, "officer", "approver", "awarder", "evaluator", "committee_member"}),
    SUPPLIER: frozenset({SUPPLIER_ADMIN}),
}
ALL_ROLES = frozenset().union(*ROLES.values())
STAFF_ROLES = ALL_ROLES - {SUPPLIER_ADMIN}
# Whoever runs or audits the platform has no other part in it; other pairs are named one by one.
ALONE = frozenset({PLATFORM_ADMIN, "auditor"})
INCOMPATIBLE = frozenset({frozenset({"registrar", "evaluator"})})


def clash(roles: Iterable[str]) -> tuple[str, str] | None:
    """The first two of these roles, by name, that one person may not hold together; None if all agree."""
    for first, second in combinations(sorted(set(roles)), 2):
        if first in ALONE or second in ALONE or frozenset({first, second}) in INCOMPATIBLE:
            return first, second
    return None


def strange_roles(kind: str, roles: Iterable[str]) -> list[str]:
    """Those of the roles that an organisation of this kind does not have."""
    return sorted(set(roles) - ROLES[kind])


def may_grant(granter_roles: frozenset[str], *, own: bool, kind: str, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may give `roles` in an organisation of `kind`, their own or another.

    The platform's administrator appoints the platform's own people, oversight, and a buyer's administrator, but
    never anybody with a part in a procurement (control 10.2).
    """
    if PLATFORM_ADMIN in granter_roles:
        return kind in {PLATFORM, OVERSIGHT} or (kind == BUYER and set(roles) == {ORG_ADMIN})
    administrator = {BUYER: ORG_ADMIN, SUPPLIER: SUPPLIER_ADMIN}.get(kind)
    return own and administrator in granter_roles
