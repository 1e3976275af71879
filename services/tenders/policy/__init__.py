"""Who may call what; what is not here is refused."""

from collections.abc import Mapping

from backbone.policy import Rule
from services.tenders.policy import evaluation, preparation

ROUTES: Mapping[str, Rule] = {**preparation.ROUTES, **evaluation.ROUTES}

RPCS: Mapping[str, frozenset[str]] = {
    "/licita.tenders.v1.TendersService/GetNotice": frozenset({"bids", "vendors", "portal"}),
}
