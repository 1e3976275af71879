"""Who may call what; what is not here is refused. Tests of ownership are in commands and queries."""

from collections.abc import Mapping

from backbone.policy import ANY_ACCOUNT, PUBLIC, Rule, only

# A supplier's administrator has no second factor; of all others the commands ask for it.
ADMINISTRATOR = only("org_admin", "supplier_admin", "platform_admin", second_factor=False)

ROUTES: Mapping[str, Rule] = {
    "jwks": PUBLIC,
    "register_person": PUBLIC,
    "activate": PUBLIC,
    "open_session": PUBLIC,
    "refresh_session": PUBLIC,
    "confirm_second_factor": ANY_ACCOUNT,
    "close_session": ANY_ACCOUNT,
    "list_sessions": ANY_ACCOUNT,
    "show_me": ANY_ACCOUNT,
    "enrol_totp": ANY_ACCOUNT,
    "confirm_totp": ANY_ACCOUNT,
    "create_organisation": ANY_ACCOUNT,
    "show_organisation": ANY_ACCOUNT,
    "list_members": ADMINISTRATOR,
    "grant_roles": ADMINISTRATOR,
    "revoke_membership": ADMINISTRATOR,
    "assign_duty": only("officer", "org_admin"),
    "revoke_duty": only("officer", "org_admin"),
    "list_duties": ANY_ACCOUNT,
}

RPCS: Mapping[str, frozenset[str]] = {
    "/licita.identity.v1.IdentityService/ListDuties": frozenset({"tenders", "bids"}),
    "/licita.identity.v1.IdentityService/DescribePeople": frozenset({"tenders", "bids"}),
    "/licita.identity.v1.IdentityService/DescribeOrganisations": frozenset({"tenders", "bids", "vendors", "portal"}),
}
