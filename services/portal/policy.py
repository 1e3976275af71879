"""Who may call what. Every page is for everybody."""

from collections.abc import Mapping

from backbone.policy import PUBLIC, Rule

ROUTES: Mapping[str, Rule] = {
    "home": PUBLIC,
    "home_in": PUBLIC,
    "tender_list": PUBLIC,
    "tender": PUBLIC,
    "directory": PUBLIC,
    "static": PUBLIC,
}
RPCS: Mapping[str, frozenset[str]] = {}
