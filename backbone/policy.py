"""Access tables, denied by default. A service's `policy.py` holds the rows; this file says what a row means."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from backbone.errors import Forbidden, Unauthenticated
from backbone.principal import Principal

FRESH_SECONDS = 15 * 60


@dataclass(frozen=True)
class Rule:
    """Who may call a route.

    `anyone`: no account needed. `roles`: one of them is enough; empty with `anyone` false means any account.
    `second_factor`: the session was opened with one. `fresh`: it was given within the last 15 minutes.
    """

    anyone: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    second_factor: bool = False
    fresh: bool = False


PUBLIC = Rule(anyone=True)
ANY_ACCOUNT = Rule()


def only(*roles: str, second_factor: bool = True, fresh: bool = False) -> Rule:
    """A rule for these roles; staff roles need a second factor unless said otherwise."""
    return Rule(roles=frozenset(roles), second_factor=second_factor, fresh=fresh)


def check(rules: Mapping[str, Rule], name: str, principal: Principal | None) -> None:
    """Lets pass or raises.

    Raises:
        Forbidden: the name has no row, the roles do not suffice, or a second factor is missing or too old.
        Unauthenticated: an account is needed and nobody is calling.
    """
    rule = rules.get(name)
    if rule is None:
        raise Forbidden("route_without_policy", route=name)
    if rule.anyone:
        return
    if principal is None:
        raise Unauthenticated("account_needed")
    if rule.roles and not rule.roles & principal.roles:
        raise Forbidden("role_missing", roles=", ".join(sorted(rule.roles)))
    if rule.second_factor and not principal.has_second_factor:
        raise Forbidden("second_factor_missing")
    if rule.fresh and time.time() - principal.second_factor_at > FRESH_SECONDS:
        raise Forbidden("second_factor_stale")
